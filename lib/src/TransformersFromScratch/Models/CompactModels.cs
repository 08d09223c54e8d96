namespace TransformersFromScratch;

/// <summary>
/// Makes a trained model smaller and its writing faster: its weights are rounded to 16 or 8 bits, for inference alone.
/// What that is, and what it costs, stands at <see cref="CompactWeight"/>.
/// </summary>
/// <example><code>
/// model.Compact(WeightFormat.Int8);
/// int[] text = [.. Generation.Stream(model, prompt, 100)];
/// </code></example>
public static class CompactModels
{
    /// <summary>Rounds the weights of all maps, and the embedding.</summary>
    /// <inheritdoc cref="Compact(IEnumerable{Parameter}, WeightFormat)"/>
    public static void Compact(this Gpt model, WeightFormat format)
    {
        ArgumentNullException.ThrowIfNull(model);
        Compact(model.Parameters(), format);
    }

    /// <inheritdoc cref="Compact(Gpt, WeightFormat)"/>
    public static void Compact(this IEncoderDecoder model, WeightFormat format)
    {
        ArgumentNullException.ThrowIfNull(model);
        Compact(model.Parameters(), format);
    }

    /// <inheritdoc cref="Compact(Gpt, WeightFormat)"/>
    public static void Compact(this Bert model, WeightFormat format)
    {
        ArgumentNullException.ThrowIfNull(model);
        Compact(model.Parameters(), format);
    }

    /// <summary>
    /// Rounds those among some parameters that products read whole: weights of maps, and embeddings of tokens. Biases,
    /// norms and positions stay float32: of positions a token reads one row, so nothing would be gained.
    /// </summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="format">The format; float32 leaves all as it is.</param>
    /// <exception cref="ArgumentException">
    /// A weight is no number, or too large for the format; the message begins with its name. Those before it are
    /// rounded already.
    /// </exception>
    /// <exception cref="InvalidOperationException">They are compact already, in another format.</exception>
    public static void Compact(IEnumerable<Parameter> parameters, WeightFormat format)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (Parameter parameter in parameters.Where(IsReadWhole))
        {
            if (parameter.Value.Compacted is { } compact && compact.Format == format) { continue; }

            try
            {
                parameter.Value.Compact(format);
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"{parameter.Name}: {e.Message}", e);
            }
        }
    }

    /// <summary>How many bytes the parameters take: 4 a number, fewer for compact ones.</summary>
    public static long Bytes(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters.Sum(one => one.Value.Compacted?.Bytes ?? ((long)one.Value.Length * sizeof(float)));
    }

    private static bool IsReadWhole(Parameter parameter) =>
        parameter.Value.Shape.Length == 2 && parameter.Name.EndsWith(".weight", StringComparison.Ordinal)
        && !parameter.Name.EndsWith("positions.weight", StringComparison.Ordinal);
}
