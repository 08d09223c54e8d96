using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 5, exercise 4: which order a model notices, tried on models with and without positions, with and without
/// the causal mask, of one to three layers, of which it is known.
/// </summary>
internal static class Exercise05Order
{
    /// <summary>With so many decoder layers the causal mask alone tells earlier tokens apart.</summary>
    private const int Enough = 2;

    public static Question<Model, (bool Source, bool Input)> Question { get; } = new(Models)
    {
        Right = x => (x.SeesSource, x.SeesInput),
        Say = x => $"{x.Name}, the source {Values.Say(x.Source)} and the input {Values.Say(x.Input)}",
        Patience = TimeSpan.FromSeconds(10),
        Slips =
        [
            (_ => (false, false), "It says that no order is ever noticed. Was the model asked again, with two tokens " +
                "exchanged?"),
            (_ => (true, true), "It says that every order is always noticed. Do you exchange two tokens, so that the " +
                "same ones are there? And is a difference in the last digits of a float one for you? Sums in another " +
                "order are rounded differently: ask for more than 0.001."),
            (x => (x.SeesSource, true), "The order of the input always comes out as noticed. Compare the last row " +
                "alone, and leave the last token where it is: a row of a token that has moved must change."),
            (x => (true, x.SeesInput), "The order of the source always comes out as noticed. Exchange two of its " +
                "tokens, and leave the input as it is."),
            (x => (x.SeesInput, x.SeesSource), "The two answers have changed places: the source comes first."),
            (x => (x.SeesSource, x.SeesSource), "Both answers are about the source. Exchange two tokens of the input " +
                "for the second."),
            (x => (x.SeesInput, x.SeesInput), "Both answers are about the input. Exchange two tokens of the source " +
                "for the first."),
            (x => (!x.SeesSource, !x.SeesInput), "It is turned round: true is where the scores change."),
            (x => (x.SeesSource, x.InputHasPlaces && !x.Causal), "You look at the first row of the scores. Under a " +
                "causal mask it sees nothing of what is exchanged. The last row sees all."),
            (x => (x.SeesSource, false), "The order of the input never comes out as noticed. Exchange two of its " +
                "tokens between the first and the last, and compare the last row."),
            (x => (false, x.SeesInput), "The order of the source never comes out as noticed. Do you give the model " +
                "the source in which two tokens have changed places?"),
        ],
    };

    /// <summary>What is wrong with the number of layers.</summary>
    internal static string Fault(int layers) => layers switch
    {
        Enough => "",
        < 1 => "The instrument is right. Now use it: Notices(Exercise05.WithoutPositions(V, n), source, input) for " +
            "n = 1, 2, 3.",
        < Enough => "The instrument is right. But ask it of a model with one layer: it does not notice the order of " +
            "the input.",
        _ => "The instrument is right. But a model with fewer layers notices the order of the input, too.",
    };

    private static IEnumerable<Model> Models()
    {
        int i = 0;
        foreach (Model model in Samples.Random(random => Of(random, i / 8 % 3, i++ % 8), count: 72))
        {
            yield return model;
        }
    }

    private static Model Of(Random random, int layers, int kind)
    {
        int heads = random.Next(1, 3), width = heads * 2 * random.Next(4, 9);
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 40, DModel = width, Heads = heads, DFeedForward = 2 * width, EncoderLayers = layers + 1,
                DecoderLayers = layers + 1,
            }, random.Next());
        int[] ids = [.. Enumerable.Range(3, 37)];
        random.Shuffle(ids);
        int source = random.Next(2, 8), target = random.Next(3, 8);
        return new(
            model, (kind & 1) == 0, (kind & 2) == 0, (kind & 4) == 0, ids[..source],
            [Vocabulary.Start, .. ids[source..(source + target)]]);
    }

    /// <summary>A Transformer whose halves may lack positions, and whose decoder may lack its mask.</summary>
    internal sealed record Model(
        Transformer Of, bool SourceHasPlaces, bool InputHasPlaces, bool Causal, int[] Source, int[] Input) : IInput
    {
        public object Data => (Source, Input);

        public string Name => $"a model of {Of.Config.EncoderLayers} and {Of.Config.DecoderLayers} layers";

        /// <summary>Whether the order of the source is noticed: without positions its memory is a set.</summary>
        public bool SeesSource => SourceHasPlaces;

        /// <summary>
        /// Whether the order of the input is. The mask alone does it from the second layer on: then an earlier token
        /// has read fewer tokens than a later one.
        /// </summary>
        public bool SeesInput => InputHasPlaces || (Causal && Of.Config.DecoderLayers >= Enough);

        /// <summary>S ids and T ids to T×V logits.</summary>
        public Matrix<float> Forward(int[] source, int[] input)
        {
            Matrix<float> memory = Embed(source, SourceHasPlaces), y = Embed(input, InputHasPlaces);
            foreach (EncoderLayer layer in Of.Encoder) { memory = layer.Forward(memory).Output; }

            Mask? future = Causal ? Mask.Causal(input.Length) : null;
            foreach (DecoderLayer layer in Of.Decoder) { y = layer.Forward(y, memory, future).Output; }

            return Of.Embedding.Logits(y);
        }

        private Matrix<float> Embed(int[] ids, bool places) =>
            places ? Of.Embed(ids) : Of.Embedding.Forward(ids) * MathF.Sqrt(Of.Config.DModel);
    }
}
