namespace TransformersFromScratch;

/// <summary>
/// A number of the run is no number any more; the message says where it appeared first, and what to try.
/// </summary>
public sealed class DivergenceException : Exception
{
    internal DivergenceException(long step, string where) : base(
        $"Training stopped at step {step}: {where}. Try a lower learning rate, a longer warm-up, or clipping " +
        "of gradients " +
        "(MaxGradientNorm = 1); if it happens at the first steps, look for NaN or infinity in the data.") =>
            (Step, Where) = (step, where);

    /// <summary>The step, counted from 1; its update has not been made.</summary>
    public long Step { get; }

    /// <summary>What held the first NaN or infinity.</summary>
    public string Where { get; }
}

/// <summary>Finds where a NaN or infinity came into the world.</summary>
internal static class Divergence
{
    /// <summary>Walks the tape of a loss from the first operation to the last, before Backward.</summary>
    public static string FirstIn(Tensor loss, IReadOnlyList<Parameter> parameters)
    {
        var names = parameters.ToDictionary(parameter => parameter.Value, parameter => parameter.Name);
        string? lastParameter = null;
        foreach (Tensor result in Tape.InOrder(loss))
        {
            foreach (Tensor input in result.Node!.Inputs.Where(input => input.Node is null))
            {
                names.TryGetValue(input, out string? name);
                if (Odd(input.Span) is { } odd)
                {
                    return name is null
                        ? $"{odd} of the input {input.ShapeText} of '{result.Node.Operation}'"
                        : $"{odd} of parameter '{name}'";
                }

                lastParameter = name ?? lastParameter;
            }

            if (Odd(result.Span) is { } first)
            {
                string[] own = [.. result.Node.Inputs.Where(names.ContainsKey).Select(input => names[input])];
                string place = own.Length > 0 ? $"with {string.Join(" and ", own)}" : lastParameter is null
                    ? ""
                    : $"after {lastParameter}";
                return $"{first} of the result {result.ShapeText} of '{result.Node.Operation}' {place}".TrimEnd();
            }
        }

        return $"the loss is {Shapes.Number(loss.Scalar)}";
    }

    /// <summary>
    /// The parameter whose gradient went wrong first: on the way back, the last in the order of the model.
    /// </summary>
    public static string? InGradients(IReadOnlyList<Parameter> parameters) => parameters
        .Where(parameter => Odd(parameter.Value.GradientSpan) is not null)
        .Select(parameter => $"{Odd(parameter.Value.GradientSpan)} of the gradient of '{parameter.Name}'")
        .LastOrDefault();

    private static string? Odd(ReadOnlySpan<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                return $"{Shapes.Number(numbers[i])} at number {i}";
            }
        }

        return null;
    }
}
