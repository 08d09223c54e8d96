using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>
/// A translator of random weights, in an instant: what it writes means nothing, but differs from source to source. Load
/// the library before.
/// </summary>
internal static class TinyTranslator
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Save(string path)
    {
        var tokens = BytePairEncoding.Train([" the cat sees the dog", " the dog sees the cat"], merges: 10);
        var config =
            new TransformerConfig
            {
                Vocabulary = tokens.Count, DModel = 16, Heads = 2, DFeedForward = 32,
                EncoderLayers = 2, DecoderLayers = 2, Dropout = 0
            };
        new Translator(new Transformer(config, seed: 1), tokens, longest: 20).Save(path);
    }
}
