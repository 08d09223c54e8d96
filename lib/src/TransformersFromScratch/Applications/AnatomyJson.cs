using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// An <see cref="Anatomy"/> as JSON. A matrix is <c>{ rows, columns, scale, data }</c>: its numbers, row by row, are
/// two letters of base64 each, which are 12 bits, that is 0 to 4095, the upper half first; less 2048 and times the
/// scale they are the number. So they hold to three digits of the largest, in a third of the space of digits. What
/// follows from other matrices is left out; the page computes it.
/// </summary>
internal static class AnatomyJson
{
    private const int TopUnits = 12;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public static string Of(Anatomy anatomy) => new JsonObject
    {
        ["version"] = 1,
        ["text"] = anatomy.Text,
        ["written"] = anatomy.Written,
        ["read"] = anatomy.Read,
        ["strange"] = new JsonArray([.. anatomy.Strange.Select(word => (JsonNode)word)]),
        ["norm"] = anatomy.Norm == NormPlacement.Post ? "post" : "pre",
        ["activation"] = anatomy.Activation.ToString(),
        ["stacks"] = new JsonArray([.. anatomy.Stacks.Select(Of)]),
        ["guesses"] = new JsonArray([.. anatomy.Guesses.Select(row => (JsonNode)new JsonArray(
            [.. row.Select(guess => (JsonNode)new JsonArray(
                guess.Token.Text, Round(guess.Logit), Round(guess.Probability), guess.Token.Id))]))]),
    }.ToJsonString();

    private static JsonNode Of(AnatomyStack stack) => new JsonObject
    {
        ["name"] = stack.Name,
        ["tokens"] = new JsonArray([.. stack.Tokens.Select(token => (JsonNode)token.Text)]),
        ["ids"] = new JsonArray([.. stack.Tokens.Select(token => (JsonNode)token.Id)]),
        ["embedded"] = Of(stack.Embedded),
        ["positions"] = Of(stack.Positions),
        ["layers"] = new JsonArray(
            [.. stack.Layers.Select(layer => (JsonNode)new JsonArray([.. layer.Select(Of)]))]),
        ["finalNorm"] = stack.FinalNorm is { } norm ? Of(norm) : null,
    };

    private static JsonNode Of(AnatomyPart part)
    {
        var json = new JsonObject
        {
            ["name"] = part.Name, ["norm"] = Of(part.Norm), ["output"] = Of(part.Output),
        };
        switch (part)
        {
            case AnatomyAttention attention:
                json["heads"] = attention.Heads;
                json["causal"] = attention.IsCausal;
                json["cross"] = attention.IsCross;
                json["q"] = Of(attention.Queries);
                json["k"] = Of(attention.Keys);
                json["v"] = Of(attention.Values);
                break;
            case AnatomyNetwork network:
                json["width"] = network.Hidden.ColumnCount;
                json["active"] = new JsonArray(
                    [.. network.Hidden.EnumerateRows().Select(row => (JsonNode)row.Count(value => value > 0))]);
                json["units"] = new JsonArray([.. network.Hidden.EnumerateRows().Select(Top)]);
                break;
        }

        return json;
    }

    /// <summary>The units that answered most strongly: their number, from 0, and what they said.</summary>
    private static JsonNode Top(Vector<float> row) => new JsonArray(
        [.. row.EnumerateIndexed().OrderByDescending(unit => MathF.Abs(unit.Item2)).Take(TopUnits)
            .Select(unit => (JsonNode)new JsonArray(unit.Item1, Round(unit.Item2)))]);

    private static JsonObject Of(LayerNorm norm) => new()
    {
        ["gain"] = Of(Row(norm.Gain)), ["bias"] = Of(Row(norm.Bias)), ["epsilon"] = norm.Epsilon,
    };

    private static Matrix<float> Row(Tensor numbers) => Matrix<float>.Build.Dense(1, numbers.Length, numbers.Data);

    private static JsonObject Of(Matrix<float> matrix)
    {
        float[] numbers = matrix.ToRowMajorArray();
        float largest = numbers.Length == 0 ? 0 : numbers.Max(MathF.Abs), scale = largest == 0 ? 1 : largest / 2047;
        string data = string.Create(2 * numbers.Length, (numbers, scale), static (text, state) =>
        {
            for (int i = 0; i < state.numbers.Length; i++)
            {
                int whole = 2048 + (int)Math.Clamp(MathF.Round(state.numbers[i] / state.scale), -2047, 2047);
                (text[2 * i], text[(2 * i) + 1]) = (Letters[whole >> 6], Letters[whole & 63]);
            }
        });
        return new JsonObject
        {
            ["rows"] = matrix.RowCount, ["columns"] = matrix.ColumnCount, ["scale"] = scale,
            ["data"] = data,
        };
    }

    /// <summary>Four digits that count, as more would be noise.</summary>
    private static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value)) { return 0; }

        int places = 3 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return Math.Round(value, Math.Clamp(places, 0, 12));
    }
}
