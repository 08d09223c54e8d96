using System.Text;

namespace TransformersFromScratch;

/// <summary>What a piece of SentencePiece is there for; the numbers are those of its file.</summary>
internal enum PieceKind
{
    Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6,
}

/// <summary>A piece of SentencePiece.</summary>
/// <param name="Text">Its characters; a blank is ▁ (U+2581).</param>
/// <param name="Score">Its log-probability.</param>
/// <param name="Kind">What it is there for.</param>
internal readonly record struct ScoredPiece(string Text, float Score, PieceKind Kind);

/// <summary>
/// The file of a SentencePiece model, a protocol buffer: the pieces, and how a text is prepared. The fields have the
/// numbers of <c>sentencepiece_model.proto</c>.
/// </summary>
internal sealed class SentencePieceFile
{
    private const int MostPieces = 1_000_000, Unigram = 1;
    private const long MostBytes = 100_000_000;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    public List<ScoredPiece> Pieces { get; } = [];

    public CharacterMap Characters { get; private set; } = CharacterMap.Read([]);

    public bool DummyPrefix { get; private set; } = true;

    public bool RemoveExtraBlanks { get; private set; } = true;

    /// <exception cref="InvalidDataException">It is no such file, or asks for what there is not here.</exception>
    public static SentencePieceFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                throw new InvalidDataException($"it has more than {MostBytes} bytes");
            }

            var file = new SentencePieceFile();
            file.ReadModel(File.ReadAllBytes(path));
            return file;
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException)
        {
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(path)}' cannot be read as a SentencePiece model: " +
                $"{Excerpt.Of(e.Message, most: 300)}. Download it again.", e);
        }
    }

    private void ReadModel(ReadOnlySpan<byte> bytes)
    {
        for (var model = new ProtocolBuffer(bytes); model.Read();)
        {
            switch (model.Field)
            {
                case 1:
                    ReadPiece(model.Bytes);
                    break;
                case 2:
                    ReadTrainer(model.Bytes);
                    break;
                case 3:
                    ReadNormalizer(model.Bytes);
                    break;
            }
        }

        if (Pieces.Count(piece => piece.Kind == PieceKind.Unknown) != 1)
        {
            throw new InvalidDataException("it has to have one piece for what is unknown");
        }
    }

    private void ReadPiece(ReadOnlySpan<byte> bytes)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        for (var piece = new ProtocolBuffer(bytes); piece.Read();)
        {
            switch (piece.Field)
            {
                case 1:
                    text = s_strict.GetString(piece.Bytes);
                    break;
                case 2:
                    score = piece.Single;
                    break;
                case 3:
                    kind = (PieceKind)Math.Min(piece.Number, 100);
                    break;
            }
        }

        if (text.Length == 0 || !float.IsFinite(score) || !Enum.IsDefined(kind) || Pieces.Count == MostPieces
            || !_texts.Add(text))
        {
            throw new InvalidDataException(
                $"piece {Pieces.Count}, '{Excerpt.Of(text)}', is empty, or there twice, or has no score, or is of a " +
                "kind that there is not");
        }

        Pieces.Add(new ScoredPiece(text, score, kind));
    }

    private static void ReadTrainer(ReadOnlySpan<byte> bytes)
    {
        for (var trainer = new ProtocolBuffer(bytes); trainer.Read();)
        {
            (string Name, bool Fits) option = trainer.Field switch
            {
                3 => ("is a unigram model, of type 1,", trainer.Number == Unigram),
                24 => ("has blanks before words", trainer.Number == 0),
                35 => ("has no fall-back on bytes", trainer.Number == 0),
                _ => ("", true),
            };
            if (!option.Fits)
            {
                throw new InvalidDataException(
                    $"only one that {option.Name} can be read here, and it has {trainer.Number} in field " +
                    $"{trainer.Field}");
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> bytes)
    {
        for (var normalizer = new ProtocolBuffer(bytes); normalizer.Read();)
        {
            switch (normalizer.Field)
            {
                case 2:
                    Characters = CharacterMap.Read(normalizer.Bytes);
                    break;
                case 3:
                    DummyPrefix = normalizer.Number != 0;
                    break;
                case 4:
                    RemoveExtraBlanks = normalizer.Number != 0;
                    break;
            }
        }
    }
}
