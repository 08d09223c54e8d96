using Notebooks;

namespace Course.Tests;

/// <summary>
/// A reader's code that never ends, in the course's own kernel: the check says so, the code is really ended, and the
/// kernel lives.
/// </summary>
public class EndlessCodeTests
{
    private const string Declared = "using MathNet.Numerics.LinearAlgebra;\nusing TransformersFromScratch;";

    [Theory]
    [InlineData("long turns = 0;\nMatrix<float> My(Matrix<float> s) { while (true) { turns++; } }")]
    [InlineData("long turns = 0;\nMatrix<float> My(Matrix<float> s) { for (;;) try { turns++; } catch " +
        "(Exception) { } }")]
    [InlineData("long turns = 0;\nMatrix<float> My(Matrix<float> s) { Parallel.For(0, 2, i => { while (true) { " +
        "turns++; } }); return s; }")]
    public async Task An_endless_loop_is_named_and_ended(string code)
    {
        using SmallCourse course = new(Repository.Find());
        Notebook ran = await course.RunAsync("01-endless",
            [Sample.Reference, Declared, code + "\nvar used = Turn01.Softmax(My);",
                "long before = turns;\nSystem.Threading.Thread.Sleep(500);\nturns - before",
                "used(Matrix<float>.Build.Dense(1, 2))[0, 1]"]);
        string said = SmallCourse.Said(ran.Cells[2]);
        Assert.Contains("did not come back within 5 s for the 2×3 matrix [0, 1, 2; 3, 1, -1]", said);
        Assert.Contains("the library's version stands in", said);
        Assert.DoesNotContain("restart", said);
        Assert.Contains("0", SmallCourse.Said(ran.Cells[3])); // not one turn more
        Assert.Contains("0.5", SmallCourse.Said(ran.Cells[4]));
        Assert.Empty(course.Solved);
    }

    [Fact]
    public async Task A_recursion_without_end_is_named_and_the_kernel_lives()
    {
        using SmallCourse course = new(Repository.Find());
        Notebook ran = await course.RunAsync("01-endless", [Sample.Reference, Declared,
            "Matrix<float> My(Matrix<float> s) => My(s);\nvar used = Turn01.Softmax(My);",
            "Matrix<float> Slope(Matrix<float> y, Matrix<float> dY) => Slope(dY, y);\nExercise06.CheckTanh(Slope)",
            "1 + 1"]);
        Assert.Contains("calls itself without end for the 2×3 matrix", SmallCourse.Said(ran.Cells[2]));
        Assert.Contains("calls itself without end", SmallCourse.Said(ran.Cells[3]));
        Assert.Contains("2", SmallCourse.Said(ran.Cells[4]));
    }

    [Fact]
    public async Task What_the_readers_code_prints_stands_under_its_cell()
    {
        using SmallCourse course = new(Repository.Find());
        Notebook ran = await course.RunAsync("01-prints", [Sample.Reference, Declared,
            "int calls = 0;\nMatrix<float> My(Matrix<float> s) { if (calls++ == 0) Console.WriteLine(\"looking\"); " +
            "return Softmax.Rows(s); }\nvar used = Turn01.Softmax(My);"]);
        string said = SmallCourse.Said(ran.Cells[2]);
        Assert.Contains("looking\n✓ The softmax", said);
        Assert.Equal(["01.Softmax"], course.Solved);
    }
}
