namespace TransformersFromScratch;

/// <summary>Chapter 12, a step of training: tried on small problems of which every number can be followed.</summary>
internal static class Turn12Step
{
    public static Question<TrainingProblem, (double[] Losses, double[] Weights, int Asked, int Stepped)> Question
    { get; } =
        new(() => TrainingProblem.Some(fewerThan: 5))
        {
            Right = By(Library),
            Say = problem => $"{problem.Start.Length} weights, {problem.Steps} steps, a norm of " +
                $"{Values.Say(problem.MaxNorm)}",
            Slips =
        [
            (By((_, _, _) => 0), "Nothing happens yet: the weights stay as they are."),
            (By((_, loss, _) => loss().Scalar), "The loss is right, but the optimiser takes no step, so the weights " +
                "stay as they are: call optimizer.Step() after Backward."),
            (By((o, loss, norm) =>
            {
                float value = Back(loss());
                Gradients.Clip(o.Parameters, norm);
                o.Step();
                return value;
            }),
                "The gradients are never set to zero. Backward adds to what is there, so each step also goes the " +
                "ways of all steps before it: call ZeroGradients first."),
            (By((o, loss, norm) => { o.ZeroGradients(); float value = Back(loss()); o.Step(); return value; }),
                "The gradient reaches the step unclipped. Call Gradients.Clip between Backward and the step: before " +
                "Backward there is nothing to clip, after the step it is too late."),
            (By((o, loss, _) => Library(o, loss, 1)), "You clip to a norm of 1 always. Clip to the norm " +
                "that is given."),
            (By((
                o, loss, norm) =>
                    { float value = Back(loss()); o.ZeroGradients(); Gradients.Clip(
                        o.Parameters, norm); o.Step(); return value; }), Wiped),
            (By((o, loss, norm) => { Library(o, loss, norm); return loss().Scalar; }),
                "You return the loss after the step, and ask for one more batch to compute it. Return the loss whose " +
                "Backward you called."),
            (By((o, loss, norm) => { float value = loss().Scalar; Library(o, loss, norm); return value; }),
                "You ask for the loss twice. Each call draws another batch: keep the tensor, and call Backward on it."),
            (By((o, loss, norm) => { float value = Library(o, loss, norm); o.Step(); return value; }),
                "You take two steps with one gradient."),
            (By((o, loss, norm) => { Library(o, loss, norm); return 0; }), "The weights are right. The loss that you " +
                "return is 0: return the loss before the step, as a number (Scalar)."),
        ],
            Symptoms =
        [
            ((problem, y) => y.Asked != problem.Steps, "The loss should be asked for once a step: each call draws " +
                "another batch."),
            ((problem, y) => y.Weights.SequenceEqual(problem.Start.Select(w => (double)w)), Wiped),
        ],
        };

    private const string Wiped = "The weights stay as they are: when the optimiser steps, there is no gradient. Call " +
        "Backward before the step, and set the gradients to zero before Backward.";

    /// <summary>The step as it is.</summary>
    public static float Library(Optimizer optimizer, Func<Tensor> loss, double maxNorm)
    {
        optimizer.ZeroGradients();
        Tensor value = loss();
        value.Backward();
        Gradients.Clip(optimizer.Parameters, maxNorm);
        optimizer.Step();
        return value.Scalar;
    }

    private static float Back(Tensor loss)
    {
        loss.Backward();
        return loss.Scalar;
    }

    /// <summary>A step, taken as often as a problem says. What it says is the losses that it returned.</summary>
    public static Func<TrainingProblem, (double[], double[], int, int)> By(
        Func<Optimizer, Func<Tensor>, double, float> code) => problem => problem.Run(
        (optimizer, loss) => Enumerable.Range(0, problem.Steps)
            .Select(_ => (double)code(optimizer, loss, problem.MaxNorm)));
}
