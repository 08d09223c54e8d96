namespace Notebooks.Tests.Engine;

/// <summary>A long session: its memory grows with its cells, not with their square.</summary>
public class MemoryTests
{
    [Fact]
    public async Task The_live_heap_of_a_session_grows_by_little_with_each_cell()
    {
        await using var session = new Session();
        long[] heap = new long[3];
        for (int cell = 1; cell <= 150; cell++)
        {
            await session.RunAsync($"int x{cell} = {cell}; x{cell}");
            if (cell % 50 == 0) { heap[cell / 50 - 1] = GC.GetTotalMemory(forceFullCollection: true); }
        }

        // A million when each cell held the references of all before it.
        Assert.InRange((heap[2] - heap[0]) / 100.0, double.MinValue, 150_000);
    }
}
