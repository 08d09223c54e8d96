namespace TransformersFromScratch.Tests.Tensors;

/// <summary>
/// What holds "until it is disposed of" holds for the course of the work that asked for it: not for a thread, which an
/// await leaves.
/// </summary>
public class AcrossAwaitsTests
{
    /// <summary>An await that is never over yet, so that what follows runs on a thread of the pool.</summary>
    private static async Task Elsewhere()
    {
        await Task.Yield();
        await Task.Delay(1, TestContext.Current.CancellationToken).ConfigureAwait(false);
    }

    private static bool Records()
    {
        var x = new Tensor([1f, 2], 2) { RequiresGradient = true };
        bool records = Op.Sum(x * 2).Node is not null;
        Assert.Equal(records, Tape.Recording);
        return records;
    }

    [Fact]
    public async Task A_pause_goes_with_the_work_across_awaits_and_leaves_nothing_on_the_threads()
    {
        Task<bool[]>[] tasks = [.. Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            bool before = Records(), inside;
            using (Tape.NoGradient())
            {
                await Elsewhere();
                using (Tape.NoGradient()) { await Elsewhere(); }
                inside = Records();
                await Elsewhere();
                inside |= Records();
            }

            return new[] { before, inside, Records() };
        }))];
        Assert.All(await Task.WhenAll(tasks), seen => Assert.Equal([true, false, true], seen));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(Records))), Assert.True);
        Assert.True(Records());
    }

    [Fact]
    public async Task Whoever_runs_beside_a_pause_records()
    {
        using var paused = new SemaphoreSlim(0);
        using var seen = new SemaphoreSlim(0);
        Task quiet = Task.Run(async () =>
        {
            using (Tape.NoGradient())
            {
                paused.Release();
                await seen.WaitAsync();
                Assert.False(Records());
            }
        });
        await paused.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(Records());
        Assert.True(await Task.Run(Records));
        seen.Release();
        await quiet;
    }

    [Fact]
    public async Task What_a_pause_starts_is_paused_as_long_as_it_lasts()
    {
        Tape.Pause pause = Tape.NoGradient();
        Assert.False(await Task.Run(Records));
        using var go = new SemaphoreSlim(0);
        Task<bool> later = Task.Run(async () =>
        {
            await go.WaitAsync();
            return Records();
        });
        pause.Dispose();
        go.Release();
        Assert.True(await later);
        Assert.True(Records());
    }

    [Fact]
    public async Task Pauses_may_end_in_any_order_on_any_thread_and_more_than_once()
    {
        Tape.Pause outer = Tape.NoGradient(), inner = Tape.NoGradient();
        outer.Dispose();
        Assert.False(Records());
        outer.Dispose();
        Assert.False(Records());
        inner.Dispose();
        inner.Dispose();
        Assert.True(Records());

        Tape.Pause elsewhere = Tape.NoGradient();
        await Task.Run(elsewhere.Dispose, TestContext.Current.CancellationToken);
        Assert.True(Records());
        using (Tape.NoGradient())
        {
            elsewhere.Dispose(); // It has ended: this one lasts.
            Assert.False(Records());
        }

        Assert.True(Records());
    }

    [Fact]
    public async Task A_step_that_an_await_interrupts_lends_to_nobody_else_and_loses_nothing()
    {
        Task[] tasks = [.. Enumerable.Range(0, 16).Select(seed => Task.Run(async () =>
        {
            var workspace = new Workspace { Poison = true };
            var x = new Tensor([1f, 2, seed], 3) { RequiresGradient = true };
            for (int i = 1; i <= 20; i++)
            {
                using (workspace.BeginStep())
                {
                    Tensor y = x * i;
                    await Elsewhere();
                    Assert.Null(Other()); // On whatever thread: another's step is not this one's.
                    Tensor z = y * 2;
                    Assert.Equal([2f * i, 4 * i, 2 * i * seed], z.Detach().Data);
                    x.ClearGradient();
                    Op.Sum(z).Backward();
                    Assert.Equal([2f * i, 2 * i, 2 * i], x.Gradient!.Data);
                }

                Assert.Null(Workspace.Current);
            }

            Workspace? Other() => Workspace.Current == workspace ? null : Workspace.Current;
        }))];
        await Task.WhenAll(tasks);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Workspace.Current))), Assert.Null);
    }

    [Fact]
    public async Task The_thread_that_a_step_has_left_lends_nothing_to_others()
    {
        var workspace = new Workspace();
        using var begun = new SemaphoreSlim(0);
        using var looked = new SemaphoreSlim(0);
        Workspace? seen = workspace;

        // One thread, which begins a step, hands the work on, and takes up something else meanwhile.
        var thread = new Thread(() =>
        {
            Task step = Begin();
            seen = Workspace.Current;
            looked.Release();
            step.Wait();
        });
        thread.Start();
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        await Task.Run(thread.Join, TestContext.Current.CancellationToken);
        Assert.Null(seen);

        async Task Begin()
        {
            using var step = workspace.BeginStep();
            begun.Release();
            await looked.WaitAsync();
        }
    }

    [Fact]
    public void A_step_that_has_ended_ends_no_other()
    {
        var workspace = new Workspace();
        Workspace.Step first = workspace.BeginStep();
        first.Dispose();
        using Workspace.Step second = workspace.BeginStep();
        first.Dispose();
        Assert.Same(workspace, Workspace.Current);
        default(Workspace.Step).Dispose();
    }

    [Fact]
    public async Task Two_tasks_cannot_have_a_step_of_one_workspace_at_once()
    {
        var workspace = new Workspace();
        using Workspace.Step step = workspace.BeginStep();
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Task.Run(() => workspace.BeginStep()));
        Assert.Contains("a workspace each", error.Message, StringComparison.Ordinal);
    }
}
