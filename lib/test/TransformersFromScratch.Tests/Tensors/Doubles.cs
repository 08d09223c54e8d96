using MathNet.Numerics;

namespace TransformersFromScratch.Tests.Tensors;

/// <summary>
/// Every operation and layer once more, in double precision and by the plainest loops: what finite differences are
/// taken of. Arrays are row-major; parameters are found by their names in the library.
/// </summary>
internal static class Doubles
{
    public static double[] Map(double[] x, Func<double, double> function) =>
        Array.ConvertAll(x, new Converter<double, double>(function));

    public static double Relu(double x) => Math.Max(0, x);

    public static double Gelu(double x) => 0.5 * x * (1 + SpecialFunctions.Erf(x / Math.Sqrt(2)));

    public static double GeluTanh(double x) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    public static double Silu(double x) => x / (1 + Math.Exp(-x));

    public static double[] Add(double[] a, double[] b) => [.. a.Select((value, i) => value + b[i % b.Length])];

    public static double[] Multiply(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    public static double[] Linear(double[] x, double[] weight, double[]? bias, int inputs)
    {
        int rows = x.Length / inputs, outputs = weight.Length / inputs;
        double[] y = new double[rows * outputs];
        for (int r = 0; r < rows; r++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = bias?[o] ?? 0;
                for (int i = 0; i < inputs; i++) { sum += x[(r * inputs) + i] * weight[(o * inputs) + i]; }
                y[(r * outputs) + o] = sum;
            }
        }

        return y;
    }

    public static double[] ByRow(double[] x, int width, Func<double[], double[]> function) =>
        [.. x.Chunk(width).SelectMany(function)];

    public static double[] LayerNorm(double[] x, double[] gain, double[] bias, double epsilon) =>
        ByRow(x, gain.Length, row =>
    {
        double mean = row.Average(), variance = row.Average(value => (value - mean) * (value - mean));
        return [.. row.Select((value, i) => (gain[i] * (value - mean) / Math.Sqrt(variance + epsilon)) + bias[i])];
    });

    public static double[] RmsNorm(double[] x, double[] gain, double epsilon) => ByRow(x, gain.Length, row =>
        [.. row.Select((value, i) => gain[i] * value / Math.Sqrt(row.Average(v => v * v) + epsilon))]);

    public static double[] Softmax(double[] row)
    {
        double max = row.Max();
        double[] e = [.. row.Select(value => double.IsNegativeInfinity(max) ? 0 : Math.Exp(value - max))];
        double sum = e.Sum();
        return sum == 0 ? e : [.. e.Select(value => value / sum)];
    }

    public static double[] Attention(
        double[] q, double[] k, double[] v, int sentences, int queries, int keys, int heads, bool causal = false,
        bool[]? padding = null,
        int? groups = null, int? window = null, float[]? slopes = null)
    {
        int g = groups ?? heads, dk = q.Length / (sentences * queries * heads), dv = v.Length / (sentences * keys * g);
        double[] output = new double[sentences * queries * heads * dv];
        for (int b = 0; b < sentences; b++)
        {
            for (int h = 0; h < heads; h++)
            {
                for (int t = 0; t < queries; t++)
                {
                    double[] scores = new double[keys];
                    for (int s = 0; s < keys; s++)
                    {
                        int ahead = t + keys - queries - s; // How far the query stands after the key.
                        bool hidden = (causal && ahead < 0) || padding?[(b * keys) + s] == true || ahead >= window;
                        for (int i = 0; i < dk; i++)
                        {
                            scores[s] += q[(((((b * queries) + t) * heads) + h) * dk) + i]
                                * k[(((((b * keys) + s) * g) + (h / (heads / g))) * dk) + i];
                        }

                        scores[s] = hidden
                            ? double.NegativeInfinity
                            : (scores[s] / Math.Sqrt(dk)) - ((slopes?[h] ?? 0) * Math.Abs(ahead));
                    }

                    double[] weights = Softmax(scores);
                    for (int s = 0; s < keys; s++)
                    {
                        for (int i = 0; i < dv; i++)
                        {
                            output[(((((b * queries) + t) * heads) + h) * dv) + i] += weights[s]
                                * v[(((((b * keys) + s) * g) + (h / (heads / g))) * dv) + i];
                        }
                    }
                }
            }
        }

        return output;
    }

    public static double CrossEntropy(double[] logits, int[] targets, int classes, double smoothing, int ignore)
    {
        double sum = 0;
        for (int r = 0; r < targets.Length; r++)
        {
            if (targets[r] == ignore) { continue; }
            double[] p = Softmax(logits[(r * classes)..((r + 1) * classes)]);
            for (int c = 0; c < classes; c++)
            {
                sum -= Math.Log(p[c]) * (((c == targets[r] ? 1 : 0) * (1 - smoothing)) + (smoothing / classes));
            }
        }

        return sum / targets.Count(target => target != ignore);
    }

    public static double[] Rotate(double[] x, int length, int heads, int width, int offset, double frequencyBase)
    {
        double[] y = new double[x.Length];
        for (int at = 0; at < x.Length; at += 2)
        {
            int position = offset + (at / (heads * width) % length), pair = at % width / 2;
            double angle = position * Math.Pow(frequencyBase, -2.0 * pair / width);
            y[at] = (x[at] * Math.Cos(angle)) - (x[at + 1] * Math.Sin(angle));
            y[at + 1] = (x[at] * Math.Sin(angle)) + (x[at + 1] * Math.Cos(angle));
        }

        return y;
    }

    public static double[] Embedding(double[] table, int[] ids, int width) =>
        [.. ids.SelectMany(id => table[(id * width)..((id + 1) * width)])];

    /// <summary>The layers, with parameters by name.</summary>
    public sealed class Layers(
        IReadOnlyDictionary<string, double[]> parameters, int width, int heads, int sentences,
        LayerOptions? options = null)
    {
        private readonly LayerOptions _options = options ?? new();

        public double[] Linear(string name, double[] x, int? inputs = null) =>
            Doubles.Linear(
                x, parameters[name + ".weight"], parameters.GetValueOrDefault(name + ".bias"), inputs ?? width);

        public double[] Norm(string name, double[] x) => _options.Norm == NormKind.RootMeanSquare
            ? RmsNorm(x, parameters[name + ".gain"], 1e-5)
            : LayerNorm(
                x, parameters[name + ".gain"], parameters.GetValueOrDefault(name + ".bias") ?? new double[width], 1e-5);

        public double[] MultiHead(string name, double[] x, double[] memory, bool causal, bool[]? padding)
        {
            int queries = x.Length / (sentences * width), keys = memory.Length / (sentences * width),
                groups = _options.KeyValueHeads ?? heads;
            double[] q = Linear(name + ".query", x), k = Linear(name + ".key", memory);
            if (_options.Positions == PositionKind.Rotary)
            {
                q = Rotate(q, queries, heads, width / heads, keys - queries, Rotary.Base);
                k = Rotate(k, keys, groups, width / heads, 0, Rotary.Base);
            }

            double[] mixed = Attention(
                q, k, Linear(name + ".value", memory), sentences, queries, keys, heads, causal, padding, groups,
                _options.Window,
                _options.Positions == PositionKind.Alibi ? Alibi.Slopes(heads) : null);
            return Linear(name + ".output", mixed);
        }

        public double[] FeedForward(string name, double[] x, Func<double, double> activation)
        {
            double[] inner = Map(Linear(name + ".inner", x), activation);
            return Linear(name + ".outer", inner, parameters[name + ".inner.weight"].Length / width);
        }

        public double[] Gated(string name, double[] x)
        {
            double[] inner = Doubles.Multiply(Map(Linear(name + ".gate", x), Silu), Linear(name + ".inner", x));
            return Linear(name + ".outer", inner, parameters[name + ".inner.weight"].Length / width);
        }

        public double[] Encoder(
            string name, double[] x, bool causal, bool[]? padding, Func<double, double> activation, NormPlacement norm)
        {
            x = Residual(name + ".attention_norm", x, norm, y => MultiHead(name + ".attention", y, y, causal, padding));
            return Residual(
                name + ".feed_forward_norm", x, norm, y => parameters.ContainsKey(name + ".feed_forward.gate.weight")
                ? Gated(name + ".feed_forward", y) : FeedForward(name + ".feed_forward", y, activation));
        }

        public double[] Decoder(
            string name, double[] x, double[] memory, bool[]? padding, Func<double, double> activation,
            NormPlacement norm)
        {
            x = Residual(
                name + ".self_attention_norm", x, norm, y => MultiHead(name + ".self_attention", y, y, true, null));
            x = Residual(
                name + ".cross_attention_norm", x, norm,
                y => MultiHead(name + ".cross_attention", y, memory, false, padding));
            return Residual(
                name + ".feed_forward_norm", x, norm, y => FeedForward(name + ".feed_forward", y, activation));
        }

        private double[] Residual(string name, double[] x, NormPlacement norm, Func<double[], double[]> sublayer) =>
            norm == NormPlacement.Post ? Norm(name, Add(x, sublayer(x))) : Add(x, sublayer(Norm(name, x)));
    }
}
