namespace TransformersFromScratch;

/// <summary>What this course trains, as it is published.</summary>
public sealed partial class Pretrained
{
    /// <summary>Any model that this course has saved: a translator, a summariser, a GPT, a BERT.</summary>
    /// <param name="path">A .safetensors file, such as data/en-fr.safetensors.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of no model of this course.</exception>
    /// <exception cref="NotSupportedException">It has no place in a published layout; the message says why.</exception>
    public static Pretrained OfFile(string path) => ModelFormat.Of(path) switch
    {
        Translator.Format => Of(Translator.Load(path)),
        Summarizer.Format => Of(Summarizer.Load(path)),
        LanguageModelFile.Format => Of(LanguageModel.Load(path)),
        MaskedLanguageModelFile.Format => Of(MaskedLanguageModel.Load(path)),
        StoryReader.Format => Of(StoryReader.Load(path)),
        _ => throw new InvalidDataException(
            $"{Excerpt.OfPath(path)} holds tensors, but not with all that makes a model of this course: a " +
            "configuration and a tokenizer."),
    };

    /// <summary>A translator of this course in the layout of the OPUS translators (Marian).</summary>
    /// <remarks>
    /// A translator's model is copied with its dimensions in Marian's order, unless they are in it already
    /// (<see cref="TransformerConfig.SinesFirst"/>). What is left behind: the typography of its training sentences
    /// (<see cref="TextToText.Learned"/>), and its beam search, whose length penalty is another formula there.
    /// </remarks>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    public static Pretrained Of(Translator translator) => OfText(translator);

    /// <summary>
    /// A summariser of this course in the layout of BART, or of mBART if its norms stand before the layers.
    /// </summary>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    public static Pretrained Of(Summarizer summarizer) => OfText(summarizer);

    /// <summary>A language model of this course in the layout of GPT-2, or of Llama if its positions turn.</summary>
    /// <exception cref="NotSupportedException">
    /// It has no place in that layout, or its tokens are characters; the message says why.
    /// </exception>
    public static Pretrained Of(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Tokens is BytePairEncoding tokens ? Of(model.Model, tokens, model.End)
            : throw new NotSupportedException(
                $"The model's tokens are {model.Tokens.GetType().Name}, which no published tokenizer here has. " +
                "Save its network alone: Pretrained.Of(model.Model).");
    }

    /// <summary>A BERT of this course with its head for masked words.</summary>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    public static Pretrained Of(MaskedLanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model.Model, model.Tokens);
    }

    /// <summary>A reader of stories in the layout of a BERT that answers.</summary>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    public static Pretrained Of(StoryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Of(reader.Reader, reader.Tokens);
    }

    /// <summary>A GPT.</summary>
    /// <param name="model">With the options of GPT-2 or with those of Llama; it is not copied.</param>
    /// <param name="tokens">Its tokenizer; null leaves it out.</param>
    /// <param name="end">The token that ends a text; null if none does.</param>
    /// <exception cref="NotSupportedException">It has no place in these layouts; the message says why.</exception>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public static Pretrained Of(Gpt model, BytePairEncoding? tokens = null, int? end = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        GptConfig shape = model.Config;
        return WithPairs(
            new Pretrained(LlamaLayout.IsOf(shape) ? "llama" : "gpt2")
            {
                Gpt = model, Generation = new GenerationDefaults { Ends = end is { } id ? [id] : [] },
            },
            shape.Vocabulary, tokens, blankBefore: false, shape.Context);
    }

    /// <summary>A Transformer of 2017 (Marian), a BART or a T5.</summary>
    /// <param name="model">The model. Only a Transformer whose sines and cosines take turns is copied.</param>
    /// <param name="tokens">Its tokenizer; null leaves it out.</param>
    /// <param name="blankBefore">Whether it was trained with a blank before each text.</param>
    /// <param name="longest">How many tokens it writes at most; null if nobody says.</param>
    /// <exception cref="NotSupportedException">It has no place in these layouts; the message says why.</exception>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public static Pretrained Of(
        IEncoderDecoder model, BytePairEncoding? tokens = null, bool blankBefore = false, int? longest = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (kind, published, vocabulary) = model switch
        {
            Transformer transformer => ("marian", SineOrder.SinesFirst(transformer), transformer.Config.Vocabulary),
            Bart bart => (BartLayout.KindOf(bart.Config), (IEncoderDecoder)bart, bart.Config.Vocabulary),
            T5 t5 => ("t5", t5, t5.Config.Vocabulary),
            _ => throw new NotSupportedException($"There is no published layout of a {model.GetType().Name}."),
        };
        return WithPairs(
            new Pretrained(kind)
            {
                EncoderDecoder = published,
                Generation = new GenerationDefaults
                {
                    Start = model.StartId, Ends = [model.EndId], Longest = longest,
                },
            },
            vocabulary, tokens, blankBefore, (model as Bart)?.Config.Positions);
    }

    /// <summary>A BERT with its head for masked words.</summary>
    /// <param name="model">The model; it is not copied.</param>
    /// <param name="tokens">Its tokenizer; null leaves it out.</param>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public static Pretrained Of(Bert model, WordPiece? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return WithPieces(new Pretrained("bert") { Bert = model, HasMaskedHead = true }, model, tokens);
    }

    /// <summary>A BERT that says which class a text belongs to; its head for masked words is left out.</summary>
    /// <param name="classifier">The model; it is not copied.</param>
    /// <param name="tokens">Its tokenizer; null leaves it out.</param>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public static Pretrained Of(BertClassifier classifier, WordPiece? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return WithPieces(
            new Pretrained("bert") { Bert = classifier.Bert, Classifier = classifier }, classifier.Bert, tokens);
    }

    /// <summary>A BERT that answers; its head for masked words is left out.</summary>
    /// <param name="reader">The model; it is not copied.</param>
    /// <param name="tokens">Its tokenizer; null leaves it out.</param>
    /// <exception cref="NotSupportedException">It has no place in that layout; the message says why.</exception>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public static Pretrained Of(BertReader reader, WordPiece? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return WithPieces(new Pretrained("bert") { Bert = reader.Bert, Reader = reader }, reader.Bert, tokens);
    }

    private static Pretrained OfText(TextToText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(text.Network, text.Tokens, blankBefore: true, text.MostTokens(text.Longest));
    }

    private static Pretrained WithPairs(
        Pretrained model, int vocabulary, BytePairEncoding? tokens, bool blankBefore, int? longest)
    {
        _ = model.Layout(); // What does not fit is said here, and not when it is saved.
        if (tokens is null)
        {
            return model;
        }

        ModelFormat.RequireSameVocabulary(vocabulary, tokens.Count);
        model._tokenizerFiles = CourseTokenizers.FilesOf(tokens, blankBefore, longest);
        PublishedFile whole = model._tokenizerFiles[0];
        model.Tokens = TokenizerJson.ByteLevel(PublishedJson.Parse(whole.Name, whole.Bytes()));
        return model;
    }

    private static Pretrained WithPieces(Pretrained model, Bert bert, WordPiece? tokens)
    {
        _ = model.Layout();
        if (tokens is null)
        {
            return model;
        }

        ModelFormat.RequireSameVocabulary(bert.Config.Vocabulary, tokens.Count);
        model._tokenizerFiles = CourseTokenizers.FilesOf(tokens, bert.Config.Positions);
        model.Tokens = new PublishedWordPieces(tokens);
        return model;
    }
}
