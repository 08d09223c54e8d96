using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>What --model names: one of the shipped translators, a file, or what another program writes into a pipe.</summary>
internal static class ModelFile
{
    /// <summary>A pipe does not say how much will come; more than this is no translator.</summary>
    private const long MostBytesOfAPipe = 1 << 30;

    /// <exception cref="CourseException">There is no such translator, or it cannot be read; the message says why and what to try.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Translator Load(Repository repository, string model)
    {
        bool shipped = model is "en-fr" or "en-de";
        string path = shipped ? Path.Combine(repository.Data, $"{model}.safetensors") : model;
        try
        {
            return IsPipe(path) ? LoadPipe(path) : Translator.Load(path);
        }
        catch (FileNotFoundException e)
        {
            throw new CourseException(e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string again = shipped ? $"Get it again (git checkout -- data/{model}.safetensors), or make it: dotnet run --project lib/src/Course -- train {model}"
                : "Give --model en-fr, --model en-de, or a file that the train command wrote.";
            throw new CourseException($"{e.Message}\n{again}");
        }
    }

    /// <summary>Such as <c>--model &lt;(gunzip -c model.gz)</c> in a shell. A device such as /dev/zero is none: it has a length, of 0.</summary>
    private static bool IsPipe(string path)
    {
        if (!Shared.FileKind.Of(path).IsSpecial) { return false; }

        // A pipe that is opened and closed is gone, so it must not be opened to find out: a link of /dev/fd leads to "pipe:[…]".
        return !path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path == "/dev/stdin";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Translator LoadPipe(string path)
    {
        string copy = Path.Combine(Path.GetTempPath(), $"translator-{Guid.NewGuid():N}.safetensors");
        try
        {
            using (FileStream pipe = File.OpenRead(path))
            using (FileStream file = File.Create(copy))
            {
                byte[] buffer = new byte[1 << 20];
                for (int read; (read = pipe.Read(buffer)) > 0;)
                {
                    file.Write(buffer, 0, read);
                    if (file.Length > MostBytesOfAPipe) { throw new InvalidDataException($"'{path}' gives more than a gigabyte: that is no translator of this course."); }
                }
            }

            return Translator.Load(copy);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(e.Message.Replace(copy, path, StringComparison.Ordinal), e);
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
