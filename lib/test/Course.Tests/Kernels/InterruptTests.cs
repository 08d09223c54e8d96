namespace Course.Tests;

/// <summary>The stop button, background work and input, as Jupyter's own client sees them.</summary>
[Collection(ExecutedCourseCollection.Name)]
public class InterruptTests(InstalledKernel kernel)
{
    [Fact]
    public async Task Stopped_is_stopped_late_words_have_their_cell_and_questions_are_asked()
    {
        InstalledKernel.RequireJupyter();
        var (code, said) = await kernel.RunScriptAsync("interrupts.py");
        Assert.True(code == 0, said);
    }
}
