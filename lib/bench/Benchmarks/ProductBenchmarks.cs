using BenchmarkDotNet.Attributes;

namespace TransformersFromScratch.Benchmarks;

/// <summary>The product at the sizes that training meets, on all threads.</summary>
[MemoryDiagnoser]
public class ProductBenchmarks
{
    private float[] _a = [], _b = [], _c = [];

    [ParamsSource(nameof(Shapes))]
    public Product Shape { get; set; } = Product.All[0];

    public static IEnumerable<Product> Shapes => Product.All;

    [GlobalSetup]
    public void SetUp() => (_a, _b, _c) = Shape.Numbers();

    [Benchmark]
    public void MatrixProduct() => Shape.Multiply(_a, _b, _c, parallel: true);
}

/// <summary>Small products on one thread: attention heads, decoding, and the 4×4 of a chapter.</summary>
[MemoryDiagnoser]
public class SmallProductBenchmarks
{
    private float[] _a = [], _b = [], _c = [];

    [ParamsSource(nameof(Shapes))]
    public Product Shape { get; set; } = Product.OneThread[0];

    public static IEnumerable<Product> Shapes => Product.OneThread;

    [GlobalSetup]
    public void SetUp() => (_a, _b, _c) = Shape.Numbers();

    [Benchmark]
    public void MatrixProduct() => Shape.Multiply(_a, _b, _c, parallel: false);
}
