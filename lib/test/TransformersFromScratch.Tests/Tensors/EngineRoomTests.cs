using System.Reflection;
using System.Text.RegularExpressions;

namespace TransformersFromScratch.Tests.Tensors;

/// <summary>The border of the engine room, Tensors/Kernels: raw memory stays within it.</summary>
public partial class EngineRoomTests
{
    private static readonly string s_library = Library();

    private static string Room => Path.Combine(s_library, "Tensors", "Kernels") + Path.DirectorySeparatorChar;

    /// <summary>A library that has it nowhere would pass a test that looks in the wrong folder.</summary>
    [Fact]
    public void The_room_itself_has_raw_memory() =>
        Assert.NotEmpty(Sources().Where(IsInRoom).SelectMany(RawMemory));

    [Fact]
    public void Nothing_outside_the_room_touches_raw_memory()
    {
        string[] found = [.. Sources().Where(path => !IsInRoom(path)).SelectMany(RawMemory)];
        Assert.True(found.Length == 0,
            "Raw memory belongs into Tensors/Kernels; outside it, take a View or a span:\n" + string.Join('\n', found));
    }

    [Fact]
    public void No_call_over_the_border_takes_more_than_six_arguments()
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        MethodInfo[] calls = [.. typeof(Tensor).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(All | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters().Any(parameter => IsView(parameter.ParameterType)))];
        Assert.Contains(calls, call => call.DeclaringType == typeof(MatrixProduct));
        Assert.All(calls, call => Assert.InRange(call.GetParameters().Length, 1, 6));
    }

    [Theory]
    [InlineData("fixed (float* p = x)", true)]
    [InlineData("Span<float> x = stackalloc float[4];", true)]
    [InlineData("public static unsafe void F()", true)]
    [InlineData("private float* _start;", true)]
    [InlineData("float area = width * height; // fixed, in an unsafe world, by stackalloc", false)]
    [InlineData("string s = \"fixed (unsafe)\";", false)]
    [InlineData("/// <summary>Nothing unsafe.</summary>", false)]
    public void Comments_and_texts_are_no_code(string line, bool isRaw) => Assert.Equal(isRaw, IsRaw(line));

    private static bool IsView(Type type) => (type.IsByRef ? type.GetElementType() : type) == typeof(View);

    private static bool IsInRoom(string path) => path.StartsWith(Room, StringComparison.Ordinal);

    private static IEnumerable<string> RawMemory(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (IsRaw(line))
            {
                yield return $"{Path.GetRelativePath(s_library, path)}({number}): {line.Trim()}";
            }
        }
    }

    private static bool IsRaw(string line) => Raw().IsMatch(TextOrComment().Replace(line, ""));

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(s_library, "*.cs", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(s_library, path).Split(Path.DirectorySeparatorChar)
            .Any(part => part is "obj" or "bin"));

    private static string Library()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string library = Path.Combine(folder.FullName, "lib", "src", "TransformersFromScratch");
            if (Directory.Exists(library))
            {
                return library;
            }
        }

        throw new DirectoryNotFoundException("The sources of the library stand nowhere above the tests.");
    }

    [GeneratedRegex("""
        "(\\.|[^"\\])*"|//.*
        """)]
    private static partial Regex TextOrComment();

    [GeneratedRegex(@"\b(unsafe|stackalloc)\b|\bfixed\s*\(|\b(float|byte|char|int|nint|void)\*")]
    private static partial Regex Raw();
}
