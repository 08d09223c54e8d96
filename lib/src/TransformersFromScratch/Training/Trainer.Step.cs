namespace TransformersFromScratch;

// One step: the gradient of a batch, or of several small ones that count as one (Accumulation), clipped and taken.
public sealed partial class Trainer
{
    private (double Loss, double Norm, int Tokens) TakeStep()
    {
        long step = _state.Step + 1;
        int parts = _options.Accumulation, tokens = 0;
        double sum = 0;
        _optimizer.ZeroGradients();
        for (int part = 0; part < parts; part++)
        {
            using var lent = _workspace.BeginStep();
            var batch = _loss(new TrainingStep(step, part, _random));
            ArgumentOutOfRangeException.ThrowIfNegative(batch.Tokens);
            if (batch.Tokens == 0)
            {
                continue; // Nothing was wanted of it, so there is nothing in it to learn.
            }

            if (!float.IsFinite(batch.Loss.Scalar))
            {
                throw new DivergenceException(step, Divergence.FirstIn(batch.Loss, _optimizer.Parameters));
            }

            // The loss is a mean. Times its tokens it is their sum, so that all parts together are divided by all
            // tokens, as in one batch.
            (parts == 1 ? batch.Loss : batch.Loss * batch.Tokens).Backward();
            sum += (double)batch.Loss.Scalar * batch.Tokens;
            tokens = checked(tokens + batch.Tokens);
        }

        if (tokens == 0)
        {
            throw new ArgumentException(
                $"The batch of step {step} has no token: there is nothing to learn from it. BatchLoss has to say of " +
                "how many tokens a loss is the mean.");
        }

        if (parts > 1)
        {
            Gradients.Scale(_optimizer.Parameters, 1f / tokens);
        }

        double norm = _options.MaxGradientNorm > 0
            ? Gradients.Clip(_optimizer.Parameters, _options.MaxGradientNorm)
            : Gradients.Norm(_optimizer.Parameters);
        if (!double.IsFinite(norm))
        {
            throw new DivergenceException(
                step, Divergence.InGradients(_optimizer.Parameters) ?? "the gradient's norm is beyond float32");
        }

        _optimizer.LearningRate = _options.Schedule?.Invoke(step) ?? _optimizer.LearningRate;
        _optimizer.Step();
        _state = _state with { Step = step, Random = _random.State };
        return (sum / tokens, norm, tokens);
    }
}
