using BenchmarkDotNet.Running;
using TransformersFromScratch.Benchmarks;

// dotnet run --project lib/bench/Benchmarks -- side-by-side       how fast, against the machine and against others
// dotnet run --project lib/bench/Benchmarks -- --filter *         BenchmarkDotNet, operation by operation
if (args is ["side-by-side", .. var parts])
    return SideBySide.Run(parts);

BenchmarkSwitcher.FromAssembly(typeof(SideBySide).Assembly).Run(args);
return 0;
