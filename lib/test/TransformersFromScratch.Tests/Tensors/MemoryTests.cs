namespace TransformersFromScratch.Tests.Tensors;

/// <summary>Counts the memory of the whole process, so no other test may run beside it.</summary>
[Collection(nameof(Alone))]
public class MemoryTests
{
    [Fact]
    public void Memory_does_not_grow_over_ten_thousand_steps_of_changing_lengths()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 20, Context = 16, Layers = 1, DModel = 16, Heads = 2, Dropout = 0.1f },
            seed: 1);
        var trainer = new Trainer(
            new AdamW(model.Parameters(), 1e-3),
            step =>
            {
                int length = 4 + (int)(step.Step % 13);
                int[] ids = [.. Enumerable.Range(0, 2 * length).Select(i => (i + (int)step.Step) % 20)];
                return new BatchLoss(
                    Op.CrossEntropy(model.Forward(new TokenBatch(ids, 2, length), step.Random), ids), 1);
            },
            new TrainingOptions { Steps = 10_000 });
        trainer.Run(until: 1000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        trainer.Run();
        Assert.Equal(10_000, trainer.Step);
        // The losses are kept, a number a step; beside them there is nothing that could grow.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000_000);
    }
}

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
