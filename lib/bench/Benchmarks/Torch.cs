#if TORCH
using TorchSharp;
using TorchSharp.Modules;
using TransformersFromScratch.Benchmarks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// Not below TransformersFromScratch, whose Tensor, Linear and LayerNorm would hide TorchSharp's.
namespace TorchPeer;

/// <summary>The peer: TorchSharp with libtorch's CPU kernels, written as its users would write it.</summary>
internal static class Torch
{
    /// <summary>Null if libtorch runs here, else why it does not.</summary>
    public static string? WhyNot()
    {
        try
        {
            torch.set_num_threads(Environment.ProcessorCount);
            using Tensor probe = torch.zeros(1);
            return null;
        }
        catch (Exception error)
        {
            while (error.InnerException is { } inner)
                error = inner;
            return $"TorchSharp does not run here. {error.Message}";
        }
    }

    public static Contestant Multiply(Product product)
    {
        (float[] a, float[] b, _) = product.Numbers();
        Tensor x = Matrix(a, product.M, product.K, product.TurnA), y = Matrix(b, product.K, product.N, product.TurnB);
        return new("TorchSharp", product.Flop, () => torch.mm(x, y).Dispose());

        static Tensor Matrix(float[] numbers, int rows, int columns, bool turn) => turn
            ? torch.tensor(numbers).reshape(columns, rows).t()
            : torch.tensor(numbers).reshape(rows, columns);
    }

    public static Contestant Step(StepConfig config)
    {
        torch.random.manual_seed(1);
        Module<Tensor, Tensor, Tensor> model = config.EncoderLayers == 0 ? new Gpt(config) : new EncoderDecoder(config);
        var optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        Tensor source = Tokens(config, 1), target = Tokens(config, 2), answer = Tokens(config, 3).reshape(-1);
        return new("TorchSharp", config.Flop, () =>
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = functional.cross_entropy(model.call(source, target).reshape(-1, config.Vocabulary), answer);
            loss.backward();
            optimizer.step();
            if (!float.IsFinite(loss.item<float>()))
                throw new InvalidOperationException("TorchSharp's loss is not finite.");
        });
    }

    /// <summary>Writes some texts with the weights of a model of ours; gives back the tokens of the first.</summary>
    public static Func<int[]> Writer(TransformersFromScratch.Gpt model, int texts, int length)
    {
        var writer = new TorchWriter(model);
        return () => writer.Write(texts, length);
    }

    private static Tensor Tokens(StepConfig config, int seed) =>
        torch.tensor(config.RandomTokens(seed).Select(token => (long)token).ToArray())
            .reshape(config.Batch, config.Tokens);

    private sealed class Attention : Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear _query, _keyValue, _output;
        private readonly int _width, _heads;
        private readonly bool _causal;

        public Attention(StepConfig config, bool causal) : base("attention")
        {
            (_width, _heads, _causal) = (config.Width, config.Heads, causal);
            _query = Linear(_width, _width);
            _keyValue = Linear(_width, 2 * _width);
            _output = Linear(_width, _width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor memory)
        {
            Tensor[] keyValue = _keyValue.call(memory).chunk(2, dim: -1);
            Tensor mixed = functional.scaled_dot_product_attention(
                Split(_query.call(x)), Split(keyValue[0]), Split(keyValue[1]), is_casual: _causal);
            return _output.call(mixed.transpose(1, 2).reshape(x.shape));
        }

        private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, _width / _heads).transpose(1, 2);
    }

    private sealed class Block : Module<Tensor, Tensor?, Tensor>
    {
        private readonly LayerNorm _norm1, _norm2, _norm3;
        private readonly Attention _self;
        private readonly Attention? _cross;
        private readonly Linear _up, _down;
        private readonly bool _relu;

        public Block(StepConfig config, bool causal, bool cross) : base("block")
        {
            (_norm1, _norm2, _norm3) = (LayerNorm(config.Width), LayerNorm(config.Width), LayerNorm(config.Width));
            _self = new Attention(config, causal);
            _cross = cross ? new Attention(config, causal: false) : null;
            (_up, _down) = (Linear(config.Width, config.Inner), Linear(config.Inner, config.Width));
            _relu = config.EncoderLayers > 0;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x, Tensor? memory)
        {
            Tensor normed = _norm1.call(x);
            x = x + _self.call(normed, normed);
            if (_cross is not null)
                x = x + _cross.call(_norm3.call(x), memory!);
            Tensor inner = _up.call(_norm2.call(x));
            return x + _down.call(_relu ? functional.relu(inner) : functional.gelu(inner));
        }
    }

    private sealed class Gpt : Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding _tokens, _positions;
        private readonly ModuleList<Block> _blocks;
        private readonly LayerNorm _norm;
        private readonly Linear _head;
        private readonly Tensor _places;

        public Gpt(StepConfig config) : base("gpt")
        {
            (_tokens, _positions) =
                (Embedding(config.Vocabulary, config.Width), Embedding(config.Tokens, config.Width));
            _blocks = new(
                [.. Enumerable.Range(0, config.Layers).Select(_ => new Block(config, causal: true, cross: false))]);
            (_norm, _head) = (LayerNorm(config.Width), Linear(config.Width, config.Vocabulary, hasBias: false));
            _places = torch.arange(config.Tokens);
            RegisterComponents();
        }

        public override Tensor forward(Tensor source, Tensor target)
        {
            Tensor x = _tokens.call(target) + _positions.call(_places);
            foreach (Block block in _blocks)
                x = block.call(x, null);
            return _head.call(_norm.call(x));
        }
    }

    private sealed class EncoderDecoder : Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding _tokens, _positions;
        private readonly ModuleList<Block> _encoder, _decoder;
        private readonly LayerNorm _encoderNorm, _decoderNorm;
        private readonly Linear _head;
        private readonly Tensor _places;

        public EncoderDecoder(StepConfig config) : base("encoderdecoder")
        {
            (_tokens, _positions) =
                (Embedding(config.Vocabulary, config.Width), Embedding(config.Tokens, config.Width));
            _encoder = new(
                [.. Enumerable.Range(0, config.EncoderLayers)
                    .Select(_ => new Block(config, causal: false, cross: false))]);
            _decoder = new(
                [.. Enumerable.Range(0, config.Layers).Select(_ => new Block(config, causal: true, cross: true))]);
            (_encoderNorm, _decoderNorm) = (LayerNorm(config.Width), LayerNorm(config.Width));
            _head = Linear(config.Width, config.Vocabulary, hasBias: false);
            _places = torch.arange(config.Tokens);
            RegisterComponents();
        }

        public override Tensor forward(Tensor source, Tensor target)
        {
            Tensor positions = _positions.call(_places), memory = _tokens.call(source) + positions;
            foreach (Block block in _encoder)
                memory = block.call(memory, null);
            memory = _encoderNorm.call(memory);
            Tensor x = _tokens.call(target) + positions;
            foreach (Block block in _decoder)
                x = block.call(x, memory);
            return _head.call(_decoderNorm.call(x));
        }
    }
}
#else
using TransformersFromScratch.Benchmarks;

namespace TorchPeer;

/// <summary>In place of TorchSharp, where the program was built without it.</summary>
internal static class Torch
{
    public static string? WhyNot() => "Built without TorchSharp. To compare with it, add -p:WithTorch=true " +
        "(a download of more than 100 MB).";

    public static Contestant Multiply(Product product) => throw new NotSupportedException();

    public static Contestant Step(StepConfig config) => throw new NotSupportedException();

    public static Func<int[]> Writer(TransformersFromScratch.Gpt model, int texts, int length) =>
        throw new NotSupportedException();
}
#endif
