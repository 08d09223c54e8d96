using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GptOnTorch;

/// <summary>
/// Chapter 12's GPT, from the layers of TorchSharp: the same parts in the same order, so the same logits. Names of
/// fields are the names in an exported model.safetensors.
/// </summary>
internal sealed class Gpt : Module<Tensor, Tensor>
{
    private readonly Embedding _wte, _wpe;
    private readonly ModuleList<Block> _h;
    private readonly LayerNorm _ln_f;

    public Gpt(int vocabulary, int context, int width, int layers, int heads, double epsilon) : base("gpt")
    {
        (_wte, _wpe) = (Embedding(vocabulary, width), Embedding(context, width));
        _h = new([.. Enumerable.Range(0, layers).Select(_ => new Block(width, heads, epsilon))]);
        _ln_f = LayerNorm(width, epsilon);
        RegisterComponents();
    }

    /// <summary>Logits [B, T, V] of the ids [B, T].</summary>
    public override Tensor forward(Tensor ids)
    {
        Tensor x = _wte.call(ids) + _wpe.call(arange(ids.shape[1], device: ids.device));
        foreach (Block block in _h) { x = block.call(x); }

        return functional.linear(_ln_f.call(x), _wte.weight!); // The output is the embedding.
    }

    /// <summary>Copies the tensors of a model.safetensors in.</summary>
    /// <param name="of">From a name without "transformer." to the tensor.</param>
    public void Fill(Func<string, Tensor> of)
    {
        using var quiet = no_grad();
        _wte.weight!.copy_(of("wte.weight"));
        _wpe.weight!.copy_(of("wpe.weight"));
        Fill(_ln_f, of, "ln_f");
        for (int i = 0; i < _h.Count; i++) { _h[i].Fill(name => of($"h.{i}.{name}")); }
    }

    private static void Fill(LayerNorm norm, Func<string, Tensor> of, string name)
    {
        norm.weight!.copy_(of($"{name}.weight"));
        norm.bias!.copy_(of($"{name}.bias"));
    }

    /// <summary>GPT-2 keeps its maps as the paper writes them, [in, out]; a Linear keeps [out, in].</summary>
    private static void Fill(Linear map, Func<string, Tensor> of, string name)
    {
        map.weight!.copy_(of($"{name}.weight").t());
        map.bias!.copy_(of($"{name}.bias"));
    }

    /// <summary>A block: norm, attention, add; norm, feed-forward, add.</summary>
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm _ln_1, _ln_2;
        private readonly Linear _c_attn, _c_proj, _c_fc, _mlp_c_proj;
        private readonly int _heads;

        public Block(int width, int heads, double epsilon) : base("block")
        {
            _heads = heads;
            (_ln_1, _ln_2) = (LayerNorm(width, epsilon), LayerNorm(width, epsilon));
            (_c_attn, _c_proj) = (Linear(width, 3 * width), Linear(width, width));
            (_c_fc, _mlp_c_proj) = (Linear(width, 4 * width), Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor[] qkv = [.. _c_attn.call(_ln_1.call(x)).chunk(3, dim: -1).Select(Split)]; // [B, h, T, d/h] each
            Tensor mixed = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], is_casual: true);
            x = x + _c_proj.call(mixed.transpose(1, 2).reshape(x.shape));
            return x + _mlp_c_proj.call(GeluTanh(_c_fc.call(_ln_2.call(x))));
        }

        public void Fill(Func<string, Tensor> of)
        {
            Gpt.Fill(_ln_1, of, "ln_1");
            Gpt.Fill(_ln_2, of, "ln_2");
            Gpt.Fill(_c_attn, of, "attn.c_attn");
            Gpt.Fill(_c_proj, of, "attn.c_proj");
            Gpt.Fill(_c_fc, of, "mlp.c_fc");
            Gpt.Fill(_mlp_c_proj, of, "mlp.c_proj");
        }

        private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);

        /// <summary>GPT-2's GELU, by the hyperbolic tangent.</summary>
        private static Tensor GeluTanh(Tensor x) =>
            0.5 * x * (1 + tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x.pow(3)))));
    }
}
