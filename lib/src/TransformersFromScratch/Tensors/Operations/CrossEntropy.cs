using System.Buffers;
using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>The target that means "no target here" if no other is chosen, as in PyTorch.</summary>
    public const int NoTarget = -100;

    /// <summary>
    /// How badly the logits foretell the targets: the mean over all rows with a target of
    /// <c>-Σ_c q_c log softmax(l)_c</c>, in nats.
    /// </summary>
    /// <remarks>
    /// <para>q is the distribution to be learned: all of it on the target, or with label smoothing ε
    /// (Vaswani et al. 2017, section 5.4; Szegedy et al. 2015, section 7) <c>q_c = (1 - ε) [c = target] + ε /
    /// C</c>.</para>
    /// <para>With <c>log softmax(l)_c = l_c - lse</c> and lse = log Σ exp(l_k), and because Σ q_c = 1, a row's loss is
    /// <c>lse - Σ_c q_c l_c</c>. Because ∂lse/∂l_c = softmax(l)_c,</para>
    /// <code>
    /// dl_c = (softmax(l)_c - q_c) · dL / N       N: how many rows have a target
    /// </code>
    /// <para>The whole gradient needs is at hand in the forward pass, while the row is in the cache. So it is written
    /// at once, into the storage that becomes the gradient of the logits; the softmax itself, as large as the logits,
    /// is never kept.</para>
    /// </remarks>
    /// <param name="logits">[…, C].</param>
    /// <param name="targets">One class a row, from 0 to C - 1, or <paramref name="ignore"/>.</param>
    /// <param name="labelSmoothing">ε; 0.1 in the paper.</param>
    /// <param name="ignore">The target of rows that do not count, usually the padding id.</param>
    /// <returns>A scalar, in nats per token.</returns>
    /// <exception cref="ArgumentException">A target outside the classes, or no row that counts.</exception>
    public static Tensor CrossEntropy(Tensor logits, int[] targets, float labelSmoothing = 0, int ignore = NoTarget)
    {
        int classes = logits.Shape[^1], rows = logits.Length / classes;
        int counted = RequireTargets(targets, rows, classes, labelSmoothing, ignore);
        Tensor losses = Tensor.Unwritten(rows);
        Tensor? gradient = Tape.Recording && logits.NeedsGradient ? logits.UnwrittenLike() : null;
        Work.For(rows, classes, (first, end) =>
        {
            float[] scratch = ArrayPool<float>.Shared.Rent(classes);
            for (int row = first; row < end; row++)
            {
                Span<float> dl = gradient is null ? scratch.AsSpan(0, classes) : gradient.Row(row);
                losses.Span[row] = 0;
                if (targets[row] == ignore)
                {
                    dl.Clear();
                    continue;
                }

                ReadOnlySpan<float> l = logits.Row(row);
                float max = Rows.Max(l), sum = ExpRow(l, max, 1, dl);
                float meanLogit = labelSmoothing == 0 ? 0 : Rows.Total(l) / classes;
                float expected = ((1 - labelSmoothing) * l[targets[row]]) + (labelSmoothing * meanLogit); // Σ q_c l_c
                losses.Span[row] = max + MathF.Log(sum) - expected;
                if (gradient is not null)
                {
                    float factor = 1 / (sum * counted), shift = -labelSmoothing / ((float)classes * counted);
                    Rows.Map(new ScaledAndShifted(factor, shift), dl, dl);
                    dl[targets[row]] -= (1 - labelSmoothing) / counted;
                }
            }

            ArrayPool<float>.Shared.Return(scratch);
        });

        double total = 0;
        foreach (float loss in losses.Span)
        {
            total += loss;
        }

        Tensor mean = Tensor.Unwritten();
        mean.Span[0] = (float)(total / counted);
        return mean.Record("cross_entropy", [logits], mean =>
        {
            float dy = mean.GradientSpan[0];
            if (dy != 1)
            {
                Work.For(gradient!.Length, 1, (first, end) =>
                    Rows.Scale(gradient.Span[first..end], dy, gradient.Span[first..end], add: false));
            }

            logits.GiveGradient(gradient!);
        });
    }

    /// <summary>factor · x + shift.</summary>
    private readonly struct ScaledAndShifted(float factor, float shift) : IFormula1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x) where T : struct, IFloats<T> => T.MultiplyAdd(x, factor, shift);
    }

    private static int RequireTargets(int[] targets, int rows, int classes, float labelSmoothing, int ignore)
    {
        if (targets.Length != rows)
        {
            throw new ArgumentException(
                $"{rows} rows of logits need {rows} targets, not {targets.Length}.", nameof(targets));
        }

        if (labelSmoothing is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, "Label smoothing lies between 0 and 1; the paper's is 0.1.");
        }

        int counted = 0;
        for (int row = 0; row < rows; row++)
        {
            if (targets[row] == ignore)
            {
                continue;
            }

            if (targets[row] < 0 || targets[row] >= classes)
            {
                throw new ArgumentException(
                    $"Target {row} is {targets[row]}, but {classes} logits are for the classes 0 to {classes - 1} " +
                    $"(and {ignore} for no target).",
                    nameof(targets));
            }

            counted++;
        }

        return counted > 0 ? counted : throw new ArgumentException(
            $"Every target is {ignore}, which means 'no target': there is nothing to learn from this batch.",
            nameof(targets));
    }
}
