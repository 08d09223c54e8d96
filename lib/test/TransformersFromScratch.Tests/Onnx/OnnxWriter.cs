namespace TransformersFromScratch.Tests.Onnx;

/// <summary>Greedy decoding by ONNX Runtime alone: what another program would do with the files.</summary>
internal static class OnnxWriter
{
    /// <summary>Goes on with a prompt.</summary>
    /// <returns>What comes after it, without the end.</returns>
    public static int[] Continue(OnnxRun model, Gpt shape, int[] prompt, int longest, int? end)
    {
        MultiHeadAttention attention = shape.Layers[0].Attention;
        Dictionary<string, Array> inputs = [];
        foreach (string name in model.Inputs.Where(name => name.StartsWith("past", StringComparison.Ordinal)))
        {
            inputs[name] = Array.Of(System.Array.Empty<float>(), 1, attention.KeyValueHeads, 0, attention.HeadWidth);
        }

        var written = new List<int>();
        int[] read = prompt;
        while (written.Count < longest)
        {
            inputs["input_ids"] = Array.Of(new TokenBatch(read, 1, read.Length));
            inputs["attention_mask"] = Array.Of(
                [.. Enumerable.Repeat(1L, prompt.Length + written.Count)], 1, prompt.Length + written.Count);
            var outputs = model.Run(inputs);
            int next = Largest(outputs["logits"]);
            if (next == end)
            {
                break;
            }

            written.Add(next);
            read = [next];
            Remember(outputs, inputs);
        }

        return [.. written];
    }

    /// <summary>Turns a source into a target.</summary>
    /// <returns>The target, without start and end.</returns>
    public static int[] Write(
        OnnxRun encoder, OnnxRun decoder, OnnxRun further, IEncoderDecoder model, int[] source, int longest)
    {
        Array mask = Array.Of([.. source.Select(_ => 1L)], 1, source.Length);
        Dictionary<string, Array> inputs = new()
        {
            ["input_ids"] = Array.Of(new TokenBatch([model.StartId], 1, 1)),
            ["encoder_attention_mask"] = mask,
            ["encoder_hidden_states"] = encoder.Run(
                ("input_ids", Array.Of(new TokenBatch(source, 1, source.Length))), ("attention_mask", mask))
                ["last_hidden_state"],
        };
        var written = new List<int>();
        for (OnnxRun next = decoder; written.Count < longest; next = further)
        {
            var outputs = next.Run(inputs);
            int token = Largest(outputs["logits"]);
            if (token == model.EndId)
            {
                break;
            }

            written.Add(token);
            inputs["input_ids"] = Array.Of(new TokenBatch([token], 1, 1));
            Remember(outputs, inputs);
        }

        return [.. written];
    }

    /// <summary>What a step gives to be remembered, the next one takes.</summary>
    public static void Remember(Dictionary<string, Array> outputs, Dictionary<string, Array> inputs)
    {
        foreach (var (name, value) in outputs.Where(o => o.Key.StartsWith("present", StringComparison.Ordinal)))
        {
            inputs[name.Replace("present", "past_key_values", StringComparison.Ordinal)] = value;
        }
    }

    /// <summary>The likeliest next token of a single sentence.</summary>
    private static int Largest(Array logits)
    {
        float[] last = logits.Numbers[^(int)logits.Shape[^1]..];
        return System.Array.IndexOf(last, last.Max());
    }
}
