using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Applications;

/// <summary>
/// The JSON of an anatomy, read as the page reads it: what is not in it is computed here anew, by plain loops.
/// </summary>
internal sealed class ReadAnatomy(string json)
{
    private readonly JsonNode _root = JsonNode.Parse(json)!;

    private bool IsPost => _root["norm"]!.GetValue<string>() == "post";

    /// <summary>The residual stream at the top of a stack, after the last norm.</summary>
    public Matrix<float> Output(int stack)
    {
        JsonNode node = _root["stacks"]![stack]!;
        Matrix<float> x = MatrixOf(node["embedded"]!) + MatrixOf(node["positions"]!);
        foreach (JsonNode? part in node["layers"]!.AsArray().SelectMany(layer => layer!.AsArray()))
        {
            x += MatrixOf(part!["output"]!);
            x = IsPost ? Norm(x, part["norm"]!) : x;
        }

        return node["finalNorm"] is { } norm ? Norm(x, norm) : x;
    }

    /// <summary>The attention weights of every layer and head of a kind.</summary>
    public IReadOnlyList<IReadOnlyList<Matrix<float>>> Maps(int stack, string name) =>
        [.. _root["stacks"]![stack]!["layers"]!.AsArray().SelectMany(layer => layer!.AsArray())
            .Where(part => part!["name"]!.GetValue<string>() == name).Select(part => Heads(part!))];

    public (string Text, double Logit, double Probability, int Id) Guess(int row, int place)
    {
        JsonNode guess = _root["guesses"]![row]![place]!;
        return (guess[0]!.GetValue<string>(), guess[1]!.GetValue<double>(), guess[2]!.GetValue<double>(),
            guess[3]!.GetValue<int>());
    }

    private static Matrix<float>[] Heads(JsonNode part)
    {
        Matrix<float> q = MatrixOf(part["q"]!), k = MatrixOf(part["k"]!);
        int heads = part["heads"]!.GetValue<int>(), width = q.ColumnCount / heads;
        bool isCausal = part["causal"]!.GetValue<bool>();
        return [.. Enumerable.Range(0, heads).Select(head =>
        {
            double Score(int t, int s) => Enumerable.Range(head * width, width).Sum(i => q[t, i] * (double)k[s, i])
                / Math.Sqrt(width);
            return Matrix<float>.Build.DenseOfRows(Enumerable.Range(0, q.RowCount).Select(t =>
            {
                double[] powers = [.. Enumerable.Range(0, k.RowCount)
                    .Select(s => isCausal && s > t ? 0 : Math.Exp(Score(t, s)))];
                return powers.Select(power => (float)(power / powers.Sum()));
            }));
        })];
    }

    private static Matrix<float> Norm(Matrix<float> x, JsonNode norm)
    {
        Matrix<float> gain = MatrixOf(norm["gain"]!), bias = MatrixOf(norm["bias"]!);
        return Matrix<float>.Build.DenseOfRows(x.EnumerateRows().Select(row =>
        {
            double mean = row.Average(), variance = row.Average(value => Math.Pow(value - mean, 2));
            double root = Math.Sqrt(variance + norm["epsilon"]!.GetValue<double>());
            return row.Select((value, i) => (float)((gain[0, i] * (value - mean) / root) + bias[0, i]));
        }));
    }

    private static Matrix<float> MatrixOf(JsonNode node)
    {
        // Base64 knows only whole bytes: three for two numbers.
        string data = node["data"]!.GetValue<string>();
        byte[] bytes = Convert.FromBase64String(data + (data.Length % 4 == 2 ? "AA" : ""));
        double scale = node["scale"]!.GetValue<double>();
        int columns = node["columns"]!.GetValue<int>();
        return Matrix<float>.Build.Dense(node["rows"]!.GetValue<int>(), columns, (row, column) =>
        {
            int place = (row * columns) + column, first = place / 2 * 3;
            int whole = place % 2 == 0 ? (bytes[first] << 4) | (bytes[first + 1] >> 4)
                : ((bytes[first + 1] & 15) << 8) | bytes[first + 2];
            return (float)((whole - 2048) * scale);
        });
    }
}
