#if TORCH
using TransformersFromScratch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LayerNorm = TorchSharp.Modules.LayerNorm;
using Linear = TorchSharp.Modules.Linear;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchPeer;

/// <summary>
/// A GPT in TorchSharp that writes with a cache: keys and values stay in tensors with room for the whole text. Its
/// weights are those of a model of ours, so that both have to write the same.
/// </summary>
internal sealed class TorchWriter
{
    private readonly Tensor _tokens, _positions;
    private readonly Block[] _blocks;
    private readonly LayerNorm _norm;

    public TorchWriter(Gpt model)
    {
        using var quiet = no_grad();
        (_tokens, _positions) = (Copy(model.Tokens.Weight), Copy(model.Positions!.Weight));
        _blocks = [.. model.Layers.Select(layer => new Block(layer))];
        _norm = Norm(model.Norm!);
    }

    /// <summary>Writes texts that begin with token 1, the likeliest token each time; the tokens of the first.</summary>
    public int[] Write(int texts, int length)
    {
        using var quiet = inference_mode();
        using var whole = NewDisposeScope();
        foreach (Block block in _blocks)
            block.Begin(texts, length);
        var written = new int[length];
        long[] last = [.. Enumerable.Repeat(1L, texts)];
        for (int place = 0; place < length; place++)
        {
            using var scope = NewDisposeScope();
            Tensor x = _tokens[tensor(last)].unsqueeze(1) + _positions[place];
            foreach (Block block in _blocks)
                x = block.Step(x, place);
            last = functional.linear(_norm.call(x), _tokens).argmax(-1).data<long>().ToArray();
            written[place] = (int)last[0];
        }

        return written;
    }

    private static Tensor Copy(TransformersFromScratch.Tensor ours) =>
        tensor(ours.Data).reshape([.. ours.Shape.ToArray().Select(axis => (long)axis)]);

    private static LayerNorm Norm(TransformersFromScratch.LayerNorm ours)
    {
        LayerNorm norm = LayerNorm(ours.Gain.Length, eps: ours.Epsilon);
        norm.weight!.copy_(Copy(ours.Gain));
        norm.bias!.copy_(Copy(ours.Bias!));
        return norm;
    }

    /// <summary>Several maps of the same rows, side by side in one.</summary>
    private static Linear Map(params TransformersFromScratch.Linear[] ours)
    {
        Linear map = Linear(ours[0].Inputs, ours.Sum(one => one.Outputs));
        map.weight!.copy_(cat([.. ours.Select(one => Copy(one.Weight))], 0));
        map.bias!.copy_(cat([.. ours.Select(one => Copy(one.Bias!))], 0));
        return map;
    }

    private sealed class Block(EncoderLayer ours)
    {
        private readonly LayerNorm _norm1 = Norm(ours.AttentionNorm), _norm2 = Norm(ours.FeedForwardNorm);
        private readonly Linear _all = Map(ours.Attention.Query, ours.Attention.Key, ours.Attention.Value);
        private readonly Linear _output = Map(ours.Attention.Output);
        private readonly Linear _up = Map(ours.FeedForward.Inner), _down = Map(ours.FeedForward.Outer);
        private readonly int _heads = ours.Attention.Heads, _width = ours.Attention.HeadWidth;
        private Tensor? _keys, _values; // [B, h, room, d_k]

        public void Begin(int texts, int length) =>
            (_keys, _values) = (zeros(texts, _heads, length, _width), zeros(texts, _heads, length, _width));

        public Tensor Step(Tensor x, int place)
        {
            Tensor[] parts = _all.call(_norm1.call(x)).chunk(3, dim: -1);
            _keys!.narrow(2, place, 1).copy_(Split(parts[1]));
            _values!.narrow(2, place, 1).copy_(Split(parts[2]));
            Tensor mixed = functional.scaled_dot_product_attention(
                Split(parts[0]), _keys.narrow(2, 0, place + 1), _values.narrow(2, 0, place + 1));
            x = x + _output.call(mixed.transpose(1, 2).reshape(x.shape));
            return x + _down.call(functional.gelu(_up.call(_norm2.call(x)), TorchSharp.Modules.GELU.Approximate.tanh));
        }

        private Tensor Split(Tensor x) => x.view(x.shape[0], 1, _heads, _width).transpose(1, 2);
    }
}
#endif
