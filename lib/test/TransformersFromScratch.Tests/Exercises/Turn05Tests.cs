using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn05Tests
{
    [Fact]
    public void The_shift()
    {
        Func<int[], (int[] Input, int[] Wanted)> mine = ids => ([1, .. ids], [.. ids, 2]);
        Assert.Same(mine, Turn05.ShiftRight(mine));
        Slips.AreTold(Turn05Shift.Question);
        Says("very token", ids => (ids, ids));
        Says("never learn to stop", ids => ([1, .. ids], ids));
        Says("start token is missing", ids => (ids, [.. ids, 2]));
        Says("to the input alone", ids => ([1, .. ids, 2], [.. ids, 2]));
        Says("wrong one", ids => ([.. ids, 2], [1, .. ids]));
        Assert.Equal([1, 7], Turn05.ShiftRight(_ => throw new NotImplementedException())([7]).Input);
        Assert.Equal([7, 2], Turn05.ShiftRight(ids => (ids, ids))([7]).Wanted);

        static void Says(string part, Func<int[], (int[] Input, int[] Wanted)> code) =>
            Slips.Says(part, Turn05Shift.Question.Judge(code));
    }

    [Fact]
    public void The_encoder_layer()
    {
        Turn05.Encoder mine = (layer, x, padding) =>
        {
            x = layer.AttentionNorm.Forward(x + layer.Attention.Forward(x, padding).Output);
            return layer.FeedForwardNorm.Forward(x + layer.FeedForward.Forward(x));
        };
        Assert.Same(mine, Turn05.EncoderLayer(mine));
        Slips.AreTold(Turn05Encoder.Question);
        Says("mask is not used", (layer, x, _) => mine(layer, x, null!));
        Says("pre-norm", (layer, x, padding) =>
        {
            x += layer.Attention.Forward(layer.AttentionNorm.Forward(x), padding).Output;
            return x + layer.FeedForward.Forward(layer.FeedForwardNorm.Forward(x));
        });
        Says("changes what it was given", (layer, x, padding) =>
        {
            Matrix<float> y = mine(layer, x, padding);
            x.Clear();
            return y;
        });

        static void Says(string part, Turn05.Encoder code) =>
            Slips.Says(part, Turn05Encoder.Question.Judge(x => code(x.Layer, x.X, x.Padding)));
    }

    [Fact]
    public void The_decoder_layer()
    {
        Turn05.Decoder mine = (layer, y, memory, future, padding) =>
        {
            y = layer.SelfAttentionNorm.Forward(y + layer.SelfAttention.Forward(y, future).Output);
            y = layer.CrossAttentionNorm.Forward(y + layer.CrossAttention.Forward(y, memory, padding).Output);
            return layer.FeedForwardNorm.Forward(y + layer.FeedForward.Forward(y));
        };
        Assert.Same(mine, Turn05.DecoderLayer(mine));
        Slips.AreTold(Turn05Decoder.Question);
        Says("The future is not hidden", (layer, y, memory, _, padding) => mine(layer, y, memory, null!, padding));
        Says("cross-attention is missing", (layer, y, memory, future, padding) =>
        {
            y = layer.SelfAttentionNorm.Forward(y + layer.SelfAttention.Forward(y, future).Output);
            return layer.FeedForwardNorm.Forward(y + layer.FeedForward.Forward(y));
        });

        static void Says(string part, Turn05.Decoder code) => Slips.Says(
            part, Turn05Decoder.Question.Judge(x => code(x.Layer, x.Y, x.Memory, x.Future, x.Padding)));
    }

    [Fact]
    public void The_model()
    {
        Turn05.Model mine = (model, source, input) =>
        {
            Matrix<float> memory = model.Embed(source), y = model.Embed(input);
            foreach (EncoderLayer layer in model.Encoder)
            {
                memory = layer.Forward(memory, Mask.Padding(source.Length, source, 0)).Output;
            }

            foreach (DecoderLayer layer in model.Decoder)
            {
                y = layer.Forward(y, memory, Mask.Causal(input.Length), Mask.Padding(input.Length, source, 0)).Output;
            }

            return model.Embedding.Logits(y);
        };
        Assert.Same(mine, Turn05.Forward(mine));
        Slips.AreTold(Turn05Model.Question);
        Says("future is not hidden", (model, source, input) =>
        {
            Matrix<float> y = model.Embed(input), memory = model.Encode(source).Memory;
            foreach (DecoderLayer layer in model.Decoder)
            {
                y = layer.Forward(y, memory, null, Mask.Padding(input.Length, source, 0)).Output;
            }

            return model.Embedding.Logits(y);
        });
        Says("T×V", (model, source, input) => mine(model, source, input).Transpose());

        static void Says(string part, Turn05.Model code) =>
            Slips.Says(part, Turn05Model.Question.Judge(x => code(x.Model, x.Source, x.Target)));
    }

    [Fact]
    public void For_an_empty_or_wrong_one_the_librarys_stands_in()
    {
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 9, DModel = 4, Heads = 2, DFeedForward = 8, EncoderLayers = 1, DecoderLayers = 1
            }, 1);
        Matrix<float> x = model.Embed([5, 6]);
        Assert.Equal(
            model.Encoder[0].Forward(x).Output,
            Turn05.EncoderLayer((_, y, _) => y)(model.Encoder[0], x, Mask.Where(2, 2, (_, _) => false)));
        Assert.Equal(
            model.Decoder[0].Forward(x, x, Mask.Causal(2)).Output,
            Turn05.DecoderLayer((_, _, _, _, _) => throw new NotImplementedException())(
                model.Decoder[0], x, x, Mask.Causal(2), Mask.Where(2, 2, (_, _) => false)));
        Assert.Equal(
            model.Forward([5, 6], [1, 7]).Logits,
            Turn05.Forward((_, _, _) => throw new NotImplementedException())(model, [5, 6], [1, 7]));
    }
}
