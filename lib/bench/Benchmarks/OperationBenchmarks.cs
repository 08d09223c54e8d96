using BenchmarkDotNet.Attributes;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// Forward and backward of an operation, in a step as in training, at sizes of configurations S and ED.
/// </summary>
[MemoryDiagnoser]
public abstract class OperationBenchmarks
{
    private readonly Random _random = new(1);
    private readonly Workspace _workspace = new();

    /// <summary>Numbers in [-1, 1) that need a gradient.</summary>
    protected Tensor Learned(params int[] shape)
    {
        var tensor = new Tensor(shape) { RequiresGradient = true };
        foreach (ref float number in tensor.Data.AsSpan())
            number = 2 * _random.NextSingle() - 1;
        return tensor;
    }

    /// <summary>Random classes or token ids.</summary>
    protected int[] Ids(int count, int classes) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(classes))];

    /// <summary>One forward and backward; the sum that makes a scalar of the result is part of what is timed.</summary>
    protected void ForwardAndBackward(Func<Tensor> operation)
    {
        using Workspace.Step step = _workspace.BeginStep();
        Tensor result = operation();
        (result.Length == 1 ? result : Op.Sum(result)).Backward();
    }
}

public class ActivationBenchmarks : OperationBenchmarks
{
    private readonly Tensor _x, _y;

    public ActivationBenchmarks() => (_x, _y) = (Learned(768, 512), Learned(768, 512));

    [Benchmark]
    public void Relu() => ForwardAndBackward(() => Op.Relu(_x));

    [Benchmark]
    public void Gelu() => ForwardAndBackward(() => Op.Gelu(_x));

    [Benchmark]
    public void GeluTanh() => ForwardAndBackward(() => Op.GeluTanh(_x));

    [Benchmark]
    public void Silu() => ForwardAndBackward(() => Op.Silu(_x));

    [Benchmark]
    public void Add() => ForwardAndBackward(() => Op.Add(_x, _y));

    [Benchmark]
    public void Multiply() => ForwardAndBackward(() => Op.Multiply(_x, _y));

    [Benchmark]
    public void Dropout() => ForwardAndBackward(() => Op.Dropout(_x, 0.1f, new Random(1)));
}

public class NormBenchmarks : OperationBenchmarks
{
    private readonly Tensor _x, _gain, _bias;

    public NormBenchmarks() => (_x, _gain, _bias) = (Learned(768, 128), Learned(128), Learned(128));

    [Benchmark]
    public void LayerNorm() => ForwardAndBackward(() => Op.LayerNorm(_x, _gain, _bias));

    [Benchmark]
    public void RmsNorm() => ForwardAndBackward(() => Op.RmsNorm(_x, _gain));

    [Benchmark]
    public void Softmax() => ForwardAndBackward(() => Op.Softmax(_x));
}

public class LinearBenchmarks : OperationBenchmarks
{
    private readonly Tensor _x, _square, _up, _bias, _table;
    private readonly int[] _ids;

    public LinearBenchmarks()
    {
        (_x, _square, _up, _bias) = (Learned(768, 128), Learned(128, 128), Learned(512, 128), Learned(512));
        (_table, _ids) = (Learned(3000, 128), Ids(1536, 3000));
    }

    [Benchmark]
    public void Linear128() => ForwardAndBackward(() => Op.Linear(_x, _square));

    [Benchmark]
    public void Linear512() => ForwardAndBackward(() => Op.Linear(_x, _up, _bias));

    [Benchmark]
    public void Embedding() => ForwardAndBackward(() => Op.Embedding(_table, _ids, 1536));
}

public class AttentionBenchmarks : OperationBenchmarks
{
    private readonly Tensor _q, _k, _v;

    public AttentionBenchmarks() => (_q, _k, _v) = (Learned(12, 64, 128), Learned(12, 64, 128), Learned(12, 64, 128));

    [Benchmark]
    public void Full() => ForwardAndBackward(() => Op.Attention(_q, _k, _v, heads: 4).Output);

    [Benchmark]
    public void Causal() => ForwardAndBackward(() => Op.Attention(_q, _k, _v, heads: 4, causal: true).Output);
}

public class LossBenchmarks : OperationBenchmarks
{
    private readonly Tensor _logits;
    private readonly int[] _targets;

    public LossBenchmarks() => (_logits, _targets) = (Learned(1536, 3000), Ids(1536, 3000));

    [Benchmark]
    public void CrossEntropy() => ForwardAndBackward(() => Op.CrossEntropy(_logits, _targets));

    [Benchmark]
    public void LabelSmoothing() => ForwardAndBackward(() => Op.CrossEntropy(_logits, _targets, labelSmoothing: 0.1f));
}

public class OptimizerBenchmarks : OperationBenchmarks
{
    private readonly Tensor _weights;
    private readonly Adam _adam;
    private readonly AdamW _adamW;

    public OptimizerBenchmarks()
    {
        _weights = Learned(800, 1000);
        Op.Sum(_weights).Backward();
        (_adam, _adamW) = (new([new Parameter("w", _weights)], 1e-3), new([new Parameter("w", _weights)], 1e-3));
    }

    [Benchmark]
    public void Adam() => _adam.Step();

    [Benchmark]
    public void AdamW() => _adamW.Step();
}
