namespace TransformersFromScratch.Tests.Tensors;

public class WorkspaceTests
{
    private static Tensor Learned(params float[] values) => new(values, values.Length) { RequiresGradient = true };

    [Fact]
    public void What_is_read_or_copied_within_a_step_stays_as_it_was()
    {
        var workspace = new Workspace { Poison = true };
        Tensor x = Learned(1, 2, 3), read, viewed, copied;
        float[] data;
        MathNet.Numerics.LinearAlgebra.Matrix<float> matrix;
        using (workspace.BeginStep())
        {
            read = x * 2;
            viewed = read.Reshape(3, 1);
            matrix = (x * 2).Reshape(1, 3).AsMatrix();
            data = read.Data;
            copied = (x * 2).Detach();
        }

        for (int i = 0; i < 5; i++)
        {
            using var step = workspace.BeginStep();
            _ = x * (10 + i);
        }

        Assert.Equal([2f, 4f, 6f], data);
        Assert.Same(data, read.Data);
        Assert.Same(data, viewed.Data);
        Assert.Equal([2f, 4f, 6f], copied.Data);
        Assert.Equal([2f, 4f, 6f], matrix.ToColumnMajorArray());
    }

    [Fact]
    public void What_is_not_read_within_its_step_cannot_be_read_after_it()
    {
        var workspace = new Workspace();
        Tensor kept, view;
        using (workspace.BeginStep())
        {
            kept = Learned(1, 2) * 2;
            view = kept.Reshape(2, 1);
        }

        Action[] reads =
            [() => _ = kept.Data, () => _ = view.Data, () => kept.Detach(), () => _ = kept * 2, () => kept.AsVector(),
                () => view.AsMatrix()];
        Assert.All(
            reads, read => Assert.Contains(
                "step that has ended", Assert.Throws<InvalidOperationException>(read).Message,
                StringComparison.Ordinal));
        Assert.Contains("ended", kept.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_ends_on_another_thread_lends_nothing_any_more()
    {
        var workspace = new Workspace();
        Workspace.Step step = default;
        Workspace? seen = workspace;
        using var began = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        var thread = new Thread(() =>
        {
            step = workspace.BeginStep();
            began.Release();
            ended.Wait();
            seen = Workspace.Current;
        });
        thread.Start();
        await began.WaitAsync();
        step.Dispose();
        ended.Release();
        thread.Join();
        Assert.Null(seen);
        using (workspace.BeginStep()) { Assert.Same(workspace, Workspace.Current); }
        Assert.Null(Workspace.Current);
    }

    [Fact]
    public void Storage_is_used_again()
    {
        var workspace = new Workspace();
        for (int i = 0; i < 3; i++)
        {
            using var step = workspace.BeginStep();
            _ = Learned(1, 2) * 2;
            _ = Learned(1, 2, 3) * 2;
        }

        Assert.Equal(32, workspace.Idle); // Two pieces of 16, the smallest size.
    }

    [Fact]
    public void A_step_within_a_step_is_an_error_and_another_workspace_is_not()
    {
        Workspace outer = new(), inner = new();
        using (outer.BeginStep())
        {
            Assert.Throws<InvalidOperationException>(() => outer.BeginStep());
            using (inner.BeginStep()) { Assert.Same(inner, Workspace.Current); }
            Assert.Same(outer, Workspace.Current);
        }

        Assert.Null(Workspace.Current);
    }

    /// <summary>
    /// Every storage that comes back is filled with NaN: an operation that read before writing, or after giving back,
    /// would show it. And lending changes no bit of the result.
    /// </summary>
    [Fact]
    public void Training_in_poisoned_storage_gives_the_same_losses_as_without_a_workspace()
    {
        float[] plain = Losses(null), lent = Losses(new Workspace()),
            poisoned = Losses(new Workspace { Poison = true });
        Assert.Equal(plain, lent);
        Assert.Equal(plain, poisoned);

        static float[] Losses(Workspace? workspace) => [.. Run(workspace)];

        static IEnumerable<float> Run(Workspace? workspace)
        {
            var config =
                new TransformerConfig
                {
                    Vocabulary = 23, DModel = 24, Heads = 3, DFeedForward = 40, EncoderLayers = 2,
                    DecoderLayers = 2, Dropout = 0.2f
                };
            foreach (NormPlacement norm in Enum.GetValues<NormPlacement>())
            {
                var model = new Transformer(config with { Norm = norm }, seed: 1);
                var optimizer = new Adam(model.Parameters(), 1e-3);
                var random = new SeededRandom(4);
                for (int i = 0; i < 4; i++)
                {
                    int[] Sentence() => [.. Enumerable.Range(0, 3 + random.Next(20)).Select(_ => 1 + random.Next(22))];
                    TokenBatch source = TokenBatch.Of([Sentence(), Sentence(), Sentence()], 0),
                        target = TokenBatch.Of([Sentence(), Sentence(), Sentence()], 0);
                    using IDisposable? step = workspace?.BeginStep();
                    optimizer.ZeroGradients();
                    Tensor loss = Op.CrossEntropy(model.Forward(source, target, random), target.Ids, 0.1f, ignore: 0);
                    loss.Backward();
                    optimizer.Step();
                    yield return loss.Scalar;
                }
            }
        }
    }

    [Fact]
    public void A_steady_step_allocates_little_and_memory_does_not_grow()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 65, Context = 64, Layers = 6, DModel = 64, Heads = 4, Dropout = 0 }, seed: 1);
        var optimizer = new AdamW(model.Parameters(), 1e-3);
        var workspace = new Workspace();
        int[] ids = [.. Enumerable.Range(0, 8 * 64).Select(i => i % 65)];
        var tokens = new TokenBatch(ids, 8, 64);
        for (int i = 0; i < 5; i++) { Step(); }
        long idle = workspace.Idle, before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++) { Step(); }
        Assert.Equal(idle, workspace.Idle);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 1, 100_000);

        void Step()
        {
            using var step = workspace.BeginStep();
            optimizer.ZeroGradients();
            Op.CrossEntropy(model.Forward(tokens), ids).Backward();
            Gradients.Clip(optimizer.Parameters, 1);
            optimizer.Step();
        }
    }

    [Fact]
    public void Storage_for_lengths_that_come_no_more_is_given_up()
    {
        var workspace = new Workspace();
        for (int i = 0; i < 2000; i++)
        {
            using var step = workspace.BeginStep();
            _ = new Tensor(i < 1000 ? 1000 + (100 * (i % 50)) : 10) { RequiresGradient = true } * 2;
        }

        Assert.Equal(16, workspace.Idle);
    }
}
