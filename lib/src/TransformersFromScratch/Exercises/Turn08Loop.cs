using Loop = System.Action<
    TransformersFromScratch.Optimizer, System.Func<TransformersFromScratch.Tensor>, System.Func<long, double>, double,
    long, System.Action<long, float>>;

namespace TransformersFromScratch;

/// <summary>Chapter 8, the training loop: tried on small problems of which every number can be followed.</summary>
internal static class Turn08Loop
{
    public static Question<TrainingProblem, (double[] Told, double[] Weights, int Asked, int Stepped)> Question
    { get; } =
        new(() => TrainingProblem.Some(fewerThan: 6))
        {
            Right = By(Library),
            Say = problem => $"{problem.Start.Length} weights, {problem.Steps} steps, a norm of " +
                $"{Values.Say(problem.MaxNorm)}",
            Slips =
        [
            (By((_, _, _, _, _, _) => { }), "Nothing happens yet: no batch is asked for, and no step is taken."),
            (By(new Slip { Zero = false }), "The gradients are never set to zero. Backward adds to what is there, so " +
                "each step also goes the ways of all steps before it: call ZeroGradients first."),
            (By(new Slip { ZeroLate = true }), "When the optimiser steps, there is no gradient, so the weights stay " +
                "as they are. Call Backward before the step, and set the gradients to zero before Backward."),
            (By(new Slip { Clip = _ => 1e9 }), "The gradient reaches the step unclipped. Call Gradients.Clip between " +
                "Backward and the step."),
            (By(new Slip { Clip = _ => 1 }), "You clip to a norm of 1 always. Clip to the norm that is given."),
            (By(new Slip { Rate = (_, _) => null }), "The learning rate is never set, so the optimiser keeps the one " +
                "that it was made with. Set optimizer.LearningRate = rate(step) before each step."),
            (By(new Slip { Rate = (rate, step) => rate(step - 1) }), "The rate is that of the step before. Steps are " +
                "counted from 1, and rate(1) belongs to the first."),
            (By(new Slip { Rate = (rate, step) => rate(1) }), "The rate is that of step 1 always. Ask for it anew at " +
                "each step."),
            (By(new Slip { Step = 0 }), "The gradients are there, but the optimiser takes no step: call " +
                "optimizer.Step() after Backward."),
            (By(new Slip { Step = 2 }), "The optimiser steps twice with one gradient."),
            (By(new Slip { Extra = -1 }), "One step is missing. Steps are counted from 1 to `steps`, and the last " +
                "counts too."),
            (By(new Slip { Extra = 1 }), "It takes one step too many."),
            (By(new Slip { Tell = false }), "The steps are right, but nobody hears of them: call report(step, " +
                "loss.Scalar) at each step."),
            (By(new Slip { TellFrom = 0 }), "The report counts steps from 0. Steps are counted from 1."),
            (By(new Slip { AskAgain = true }), "You ask for the loss twice per step. Each call draws another batch: " +
                "keep the tensor, and report its Scalar."),
        ],
            Symptoms =
        [
            ((problem, y) => y.Asked != problem.Steps, "The loss should be asked for once per step: each call draws " +
                "another batch."),
            ((problem, y) => y.Stepped != problem.Steps, "The optimiser should step once per step."),
            ((problem, y) => y.Weights.SequenceEqual(problem.Start.Select(w => (double)w)), "The weights stay as " +
                "they are: when the optimiser steps, there is no gradient."),
        ],
        };

    /// <summary>The loop as it is.</summary>
    /// <exception cref="OperationCanceledException">The notebook's stop button was pressed.</exception>
    public static void Library(
        Optimizer optimizer, Func<Tensor> nextLoss, Func<long, double> rate, double maxNorm, long steps,
        Action<long, float> report)
    {
        for (long step = 1; step <= steps; step++)
        {
            Interrupt.Token.ThrowIfCancellationRequested();
            optimizer.ZeroGradients();
            Tensor loss = nextLoss();
            loss.Backward();
            Gradients.Clip(optimizer.Parameters, maxNorm);
            optimizer.LearningRate = rate(step);
            optimizer.Step();
            report(step, loss.Scalar);
        }
    }

    /// <summary>
    /// A loop on a problem, at another rate for each step. What it says is what was reported: step and loss in turn.
    /// </summary>
    public static Func<TrainingProblem, (double[], double[], int, int)> By(Loop code) => problem => problem.Run(
        (optimizer, loss) =>
        {
            var told = new List<double>();
            code(optimizer, loss, step => 0.1 + (0.05 * step), problem.MaxNorm, problem.Steps, (step, value) =>
                told.AddRange([step, value]));
            return told;
        });

    private static Func<TrainingProblem, (double[], double[], int, int)> By(Slip slip) => By(slip.Run);

    /// <summary>The loop with one thing wrong.</summary>
    private sealed record Slip
    {
        public bool Zero { get; init; } = true;
        public bool ZeroLate { get; init; }
        public Func<double, double> Clip { get; init; } = norm => norm;
        public Func<Func<long, double>, long, double?> Rate { get; init; } = (rate, step) => rate(step);
        public int Step { get; init; } = 1;
        public int Extra { get; init; }
        public bool Tell { get; init; } = true;
        public int TellFrom { get; init; } = 1;
        public bool AskAgain { get; init; }

        public void Run(
            Optimizer optimizer, Func<Tensor> nextLoss, Func<long, double> rate, double maxNorm, long steps,
            Action<long, float> report)
        {
            for (long step = 1; step <= steps + Extra; step++)
            {
                if (Zero && !ZeroLate) { optimizer.ZeroGradients(); }
                Tensor loss = nextLoss();
                loss.Backward();
                if (ZeroLate) { optimizer.ZeroGradients(); }
                Gradients.Clip(optimizer.Parameters, Clip(maxNorm));
                optimizer.LearningRate = Rate(rate, step) ?? optimizer.LearningRate;
                for (int i = 0; i < Step; i++) { optimizer.Step(); }
                if (Tell) { report(step - 1 + TellFrom, (AskAgain ? nextLoss() : loss).Scalar); }
            }
        }
    }
}
