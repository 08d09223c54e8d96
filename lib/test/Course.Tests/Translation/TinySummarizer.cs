using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>A summariser of random weights, in an instant: what it writes means nothing, but differs from text to text.
/// Load the library before.</summary>
internal static class TinySummarizer
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Save(string path)
    {
        var tokens = BytePairEncoding.Train([" the cat sees the dog", " the dog sees the cat"], merges: 10);
        var config = new BartConfig
        {
            Vocabulary = tokens.Count, DModel = 16, Heads = 2, DFeedForward = 32, Positions = 48, Dropout = 0,
            Deviation = 0.5f, Norm = NormPlacement.Pre,
        };
        new Summarizer(new Bart(config, seed: 1), tokens,
            longest: 20)
        { Learned = LearnedText.Of(["the cat sees the dog"], "a sentence about pets") }.Save(path);
    }
}
