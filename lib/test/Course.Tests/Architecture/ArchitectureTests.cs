using Microsoft.CodeAnalysis;

namespace Course.Tests;

/// <summary>The floors of the library and of the notebook engine, and the page about them.</summary>
public class ArchitectureTests
{
    private static readonly House s_house = new("Sample",
    [
        [new Room("Cellar", "what all use")],
        [new Room("Kitchen", "meals"), new Room("Parlour", "guests")],
        [new Room("Attic", "old things")],
    ]);

    [Fact]
    public void Every_folder_uses_lower_floors_only_and_the_page_shows_them_as_they_are()
    {
        Repository repository = Repository.Find();
        var arrows = House.All.ToDictionary(house => house, house => HouseSources.Arrows(repository, house));

        // Without its references the compiler would understand little, and there would be no arrow to be wrong.
        Assert.All(House.All, house => Assert.All(
            house.Floors.Skip(3).SelectMany(rooms => rooms).Where(room => room.Folder != "Measures"),
            room => Assert.Contains(
                arrows[house], arrow => arrow.FromFolder == room.Folder && arrow.ToFolder != room.Folder)));
        string page = File.ReadAllText(ArchitecturePage.PathOf(repository));
        Assert.Equal([], ArchitecturePage.Faults(repository, page, arrows));
    }

    [Theory]
    [InlineData("Kitchen", "Attic", "Kitchen is on floor 1 and uses B of Attic, on floor 2.")]
    [InlineData("Kitchen", "Parlour", "Kitchen is on floor 1 and uses B of Parlour, on floor 1.")]
    [InlineData("Kitchen", "Garden", "the folder Garden is on no floor.")]
    [InlineData("Garden", "Cellar", "the folder Garden is on no floor.")]
    [InlineData("Kitchen", "Cellar", null)]
    [InlineData("Kitchen", "Kitchen", null)]
    public void A_wrong_arrow_is_named_with_its_file_its_line_and_both_floors(string from, string to, string? fault)
    {
        IReadOnlyList<Arrow> arrows = Arrows(
            ($"{from}/A.cs", "namespace N;\n\npublic class A\n{\n    public B? Other;\n}\n"),
            ($"{to}/B.cs", "namespace N;\n\npublic class B;\n"));
        Assert.Equal([new Arrow($"{from}/A.cs", 5, $"{to}/B.cs", "B")], arrows);
        string?[] expected = fault is null ? [] : [fault];
        string[] faults = [.. arrows.Select(s_house.Fault).OfType<string>()];
        Assert.Equal(expected.Length, faults.Length);
        Assert.All(faults, text => Assert.StartsWith(
            $"lib/src/Sample/{from}/A.cs, line 5: {fault}", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("class A : B;", "B")]
    [InlineData("class A { int F() => B.Size; }", "B", "B.Size")]
    [InlineData("class A { int F(System.Collections.Generic.List<B> all) => all[0].Height; }", "B", "B.Height")]
    [InlineData("class A { int F() => 2.Twice(); }", "Extensions.Twice")]
    [InlineData("[Old] class A;", "OldAttribute")]
    [InlineData("class A { int F(B other) { var h = other?.Height; return h ?? 0; } }", "B", "B.Height")]
    [InlineData("class A { object F() => new B { Height = 1 }; }", "B", "B.Height")]
    [InlineData("class A { string F() => nameof(B); }", "B")]
    [InlineData("class A { object F() => Colour.Red; }", "Colour", "Colour.Red")]
    [InlineData("class A { object F() => new Point(1).X; }", "Point", "Point.X")]
    [InlineData("/// <summary>Not a <see cref=\"B\"/>.</summary>\nclass A { int Size; int F() => Size; }")]
    public void Whatever_a_file_names_in_its_code_is_an_arrow(string code, params string[] names)
    {
        const string attic = """
            namespace N;
            public class B { public const int Size = 1; public int Height { get; set; } }
            public static class Extensions { public static int Twice(this int x) => 2 * x; }
            public sealed class OldAttribute : System.Attribute;
            public enum Colour { Red }
            public record Point(int X);
            """;
        IReadOnlyList<Arrow> arrows = Arrows(("Kitchen/A.cs", $"namespace N;\n{code}"), ("Attic/B.cs", attic));
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            arrows.Where(arrow => arrow.From == "Kitchen/A.cs").Select(arrow => arrow.Name).Distinct()
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Kitchen/A.cs", "Cellar/B.cs", null)]
    [InlineData("Kitchen/A.cs", "Cellar/C.cs", "line 2: Kitchen/A.cs uses nothing of Cellar/C.cs.")]
    [InlineData("Kitchen/A.cs", "Attic/B.cs", "line 2: the walk goes up, from Kitchen/A.cs to Attic/B.cs.")]
    public void A_walk_that_goes_up_or_is_out_of_date_is_a_fault(string caller, string called, string? fault)
    {
        string page = $"- [A](../lib/src/Sample/{caller}) begins.\n  - [B](../lib/src/Sample/{called}) goes on.\n";
        var arrows = new Dictionary<House, IReadOnlyList<Arrow>>
        {
            [s_house] = [new Arrow(caller, 1, "Cellar/B.cs", "B"), new Arrow(caller, 2, "Attic/B.cs", "B")],
        };
        Assert.Equal(2, Walk.Steps(page).Count);
        Assert.Equal(fault is null ? [] : [fault], Walk.Faults(page, arrows));
    }

    [Fact]
    public void The_picture_has_a_line_a_floor_from_the_top_and_says_what_each_folder_uses()
    {
        string picture = HousePicture.Of(
            s_house, [new Arrow("Attic/A.cs", 1, "Kitchen/B.cs", "B"), new Arrow("Attic/A.cs", 2, "Cellar/B.cs", "B")]);
        Assert.Contains(" 2 │ Attic", picture, StringComparison.Ordinal);
        Assert.Contains(
            "| 2 | Attic | old things | Cellar, Kitchen |\n| 1 | Kitchen | meals | – |\n| 1 | Parlour", picture,
            StringComparison.Ordinal);
        string[] floors = [.. picture.Split('\n').Where(line => line.Contains('│', StringComparison.Ordinal))];
        Assert.Single(floors.Select(line => line.Length).Distinct());
        Assert.Equal("│ Kitchen │ Parlour │".Count(c => c == '│'), floors[1].Count(c => c == '│'));
    }

    private static IReadOnlyList<Arrow> Arrows(params (string Path, string Text)[] files) => ArrowFinder.Find(
        files.ToDictionary(file => file.Path, file => file.Text),
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)));

    /// <summary>
    /// The build refuses a line of code of more than 120 columns (RCS0056), but passes over documentation.
    /// </summary>
    [Fact]
    public void No_line_has_more_than_120_columns()
    {
        string lib = Path.Combine(Repository.Find().Root, "lib");
        string[] folders = ["bin", "obj", "out"];
        Assert.Empty(Directory.EnumerateFiles(lib, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(lib, file).Split(Path.DirectorySeparatorChar).Any(folders.Contains))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (line, Where: $"{file}:{i + 1}")))
            .Where(line => line.line.Length > 120).Select(line => line.Where));
    }
}
