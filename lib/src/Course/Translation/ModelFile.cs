using System.Runtime.CompilerServices;

namespace Course;

/// <summary>What --model names: one of the shipped models, a file, or what another program writes into a
/// pipe.</summary>
internal static class ModelFile
{
    /// <summary>A pipe does not say how much will come; more than this is no model.</summary>
    private const long MostBytesOfAPipe = 1 << 30;

    /// <param name="repository">The course.</param>
    /// <param name="model">What --model says.</param>
    /// <param name="shipped">The names of the models that the course ships.</param>
    /// <param name="load">Reads a file.</param>
    /// <param name="kind">What messages call such a model.</param>
    /// <param name="command">What makes one, given its name.</param>
    /// <exception cref="CourseException">There is no such model, or it cannot be read; the message says why and what to
    /// try.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TModel Load<TModel>(
        Repository repository, string model, string[] shipped, Func<string, TModel> load, string kind, string command)
    {
        bool own = shipped.Contains(model);
        string path = own ? Path.Combine(repository.Data, $"{model}.safetensors") : model;
        try
        {
            return IsPipe(path) ? LoadPipe(path, load, kind) : load(path);
        }
        catch (FileNotFoundException e)
        {
            throw new CourseException(e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string names = string.Join(", ", shipped.Select(name => $"--model {name}"));
            string again = own
                ? $"Get it again (git checkout -- data/{model}.safetensors), or make it: dotnet run --project " +
                $"lib/src/Course -- {command} {model}"
                : $"Give {names}, or a file that the {command} command wrote.";
            throw new CourseException($"{e.Message}\n{again}");
        }
    }

    /// <summary>Such as <c>--model &lt;(gunzip -c model.gz)</c> in a shell. A device such as /dev/zero is none: it has
    /// a length, of 0.</summary>
    private static bool IsPipe(string path)
    {
        if (!Shared.FileKind.Of(path).IsSpecial) { return false; }

        // A pipe that is opened and closed is gone, so it must not be opened to find out: a link of /dev/fd leads
        // to "pipe:[…]".
        return !path.StartsWith("/dev/", StringComparison.Ordinal)
            || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path == "/dev/stdin";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TModel LoadPipe<TModel>(string path, Func<string, TModel> load, string kind)
    {
        string copy = Path.Combine(Path.GetTempPath(), $"{kind}-{Guid.NewGuid():N}.safetensors");
        try
        {
            using (FileStream pipe = File.OpenRead(path))
            using (FileStream file = File.Create(copy))
            {
                byte[] buffer = new byte[1 << 20];
                for (int read; (read = pipe.Read(buffer)) > 0;)
                {
                    file.Write(buffer, 0, read);
                    if (file.Length > MostBytesOfAPipe)
                    {
                        throw new InvalidDataException(
                            $"'{path}' gives more than a gigabyte: that is no {kind} of this course.");
                    }
                }
            }

            return load(copy);
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
