using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Laboratory;

public class ReadingTests
{
    private static readonly Lazy<Translator> s_translator = new(() => Translator.Load(DataFolder.File("en-fr.safetensors")));

    private static Reading Of(string sentence) => Reading.Of(s_translator.Value, sentence);
}
