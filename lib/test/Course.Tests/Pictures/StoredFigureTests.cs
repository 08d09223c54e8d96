using System.Buffers.Binary;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// Figures as a written notebook keeps them. With SCREENSHOTS=folder every picture is saved there, to be looked at.
/// </summary>
public class StoredFigureTests
{
    [Fact]
    public void Every_committed_figure_has_a_picture_of_its_size_and_comes_back_whole()
    {
        int figures = 0;
        foreach (Chapter chapter in Repository.Find().Chapters())
        {
            var notebook = Notebook.Load(chapter.Path);
            StoredFigures.Split(notebook);
            foreach (Cell cell in notebook.Cells)
            {
                Output[] whole = [.. StoredFigures.Join(cell.Outputs).Where(StoredFigures.IsWhole)];
                Output[] pictures = [.. cell.Outputs.Where(output => DataOf(output)?["image/png"] is not null)];
                Assert.Equal(whole.Length, pictures.Length);
                foreach (var (figure, picture) in whole.Zip(pictures))
                {
                    figures++;
                    byte[] png = Convert.FromBase64String(DataOf(picture)!["image/png"]!);
                    // The same figure, the same bytes.
                    if (figures % 10 == 0)
                    {
                        Assert.Equal(png, FigurePicture.Of(DataOf(figure)!["text/html"]!)!.Bytes);
                    }
                    int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
                        height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
                    Assert.Equal(
                        (width / 2, height / 2),
                        ((int)DataOf(picture)!.Metadata["image/png"]!["width"]!, (int)DataOf(
                            picture)!.Metadata["image/png"]!["height"]!));
                    Assert.Equal(DataOf(figure)!["text/plain"], DataOf(picture)!["text/plain"]);
                    Assert.InRange(width, 200, 2400);
                    if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
                    {
                        Directory.CreateDirectory(folder);
                        File.WriteAllBytes(Path.Combine(folder, $"{chapter.Name}-{figures}.png"), png);
                    }
                }
            }

            using var temp = new TempFolder();
            notebook.Save(temp.File("split.ipynb"));
            string once = File.ReadAllText(temp.File("split.ipynb"));
            Assert.InRange(once.Length, 1, OutputChecks.LargestChapter);
            Assert.DoesNotContain("<desc><img", once); // one still picture is enough
            TestContext.Current.SendDiagnosticMessage($"{chapter.Name}: {once.Length / 1000} kB");
            var again = Notebook.Load(temp.File("split.ipynb"));
            StoredFigures.Split(again);
            Assert.Equal(once, again.ToJson());
        }

        Assert.True(figures > 90, $"Only {figures} figures were found.");
    }

    [Fact]
    public void Figures_with_controls_and_views_have_a_picture_of_their_start_too()
    {
        CourseLibrary.Load(Repository.Find());
        foreach (var (name, html) in FigurePages.Figures())
        {
            Output[] parts = [.. StoredFigures.Split([new DisplayOutput(new MimeBundle(("text/html", html)))])];
            Assert.Equal(2, parts.Length);
            byte[] png = Convert.FromBase64String(DataOf(parts[0])!["image/png"]!);
            Assert.InRange(png.Length, 3_000, 200_000);
            Assert.Equal(
                DataOf(
                    StoredFigures.WithoutSpare(new DisplayOutput(new MimeBundle(("text/html", html)))))!["text/html"],
                        DataOf(Assert.Single(StoredFigures.Join(parts)))!["text/html"]);
            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
                File.WriteAllBytes(Path.Combine(folder, $"still-{name}.png"), png);
            }
        }
    }

    internal static MimeBundle? DataOf(Output output) =>
        (output as DisplayOutput)?.Data ?? (output as ResultOutput)?.Data;
}
