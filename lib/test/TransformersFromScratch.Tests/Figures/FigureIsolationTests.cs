using System.Reflection;
using System.Runtime.Loader;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

public class FigureIsolationTests
{
    [Fact]
    public void No_type_of_FSharp_or_Plotly_is_on_the_public_surface()
    {
        Assembly library = typeof(Figure).Assembly;
        foreach (Type type in library.GetExportedTypes())
        {
            IEnumerable<Type> seen = type.GetMembers(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance)
                .SelectMany(TypesOf).Append(type.BaseType ?? typeof(object)).Concat(type.GetInterfaces())
                .SelectMany(Parts);
            Assert.DoesNotContain(seen, t => Foreign(t.Assembly.GetName()));
        }

        Assert.DoesNotContain(library.GetReferencedAssemblies(), Foreign);
    }

    [Fact]
    public void Drawing_loads_FSharp_into_its_own_context_only()
    {
        Assert.Contains("application/json", Plot.Heatmap(Samples.Soft(2, 2)).ToHtml());
        AssemblyLoadContext charts = PlotlyHost.Context!;
        Assert.NotSame(AssemblyLoadContext.Default, charts);
        Assert.Contains(charts.Assemblies, a => a.GetName().Name == "FSharp.Core");
        Assert.Contains(charts.Assemblies, a => a.GetName().Name == "Plotly.NET");
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, a => Foreign(a.GetName()));
        // The library itself is not loaded a second time there, and strings are the same type on both sides.
        Assert.DoesNotContain(charts.Assemblies, a => a.GetName().Name == typeof(Figure).Assembly.GetName().Name);
    }

    [Fact]
    public void Without_the_charts_the_picture_shows_and_says_what_to_build()
    {
        DirectoryInfo alone = Directory.CreateTempSubdirectory("alone");
        string copy = Path.Combine(alone.FullName, "TransformersFromScratch.dll");
        File.Copy(typeof(Figure).Assembly.Location, copy);
        var context = new AssemblyLoadContext("without charts", isCollectible: true);
        try
        {
            MethodInfo heatmap = context.LoadFromAssemblyPath(copy).GetType("TransformersFromScratch.Plot")!
                .GetMethod("Heatmap")!;
            object[] arguments =
                [.. heatmap.GetParameters().Select(p => p.HasDefaultValue ? p.DefaultValue : Samples.Soft(2, 2))!];
            object figure = heatmap.Invoke(null, arguments)!;
            string html = (string)figure.GetType().GetMethod("ToHtml")!.Invoke(figure, [])!;
            Assert.Contains("<svg", html);
            Assert.DoesNotContain("<script", html);
            Assert.Contains("dotnet build lib/src/TransformersFromScratch", html);
        }
        finally
        {
            context.Unload();
        }
    }

    [Theory]
    [InlineData(typeof(Figure))]
    [InlineData(typeof(Table))]
    public void A_kernel_finds_the_formatters_by_their_names(Type shown)
    {
        object instance = shown == typeof(Figure)
            ? Plot.Heatmap(Samples.Soft(2, 2), title: "T")
            : Table.Of(Matrix<float>.Build.Dense(2, 2), title: "T");
        // Only names are used, as a kernel does that shares no type with the library.
        object attribute = shown.GetCustomAttributes().Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        Assert.Equal(
            ["text/html"], (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!);
        object made = Activator.CreateInstance(source)!;
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(made, [])!;
        var written = new Dictionary<string, string>();
        foreach (object formatter in formatters)
        {
            using var writer = new StringWriter();
            Assert.True((bool)formatter.GetType().GetMethod("Format")!.Invoke(formatter, [instance, writer])!);
            using var ignored = new StringWriter();
            Assert.False((bool)formatter.GetType().GetMethod("Format")!.Invoke(formatter, ["other", ignored])!);
            written[(string)formatter.GetType().GetProperty("MimeType")!.GetValue(formatter)!] = writer.ToString();
        }

        Assert.Equal(shown.GetMethod("ToHtml")!.Invoke(instance, []), written["text/html"]);
        Assert.Equal(instance.ToString(), written["text/plain"]);
    }

    private static bool Foreign(AssemblyName name) =>
        name.Name is "FSharp.Core" or "DynamicObj" or "Giraffe.ViewEngine"
            || name.Name!.StartsWith("Plotly", StringComparison.Ordinal);

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodBase method => method.GetParameters().Select(p => p.ParameterType)
            .Append((method as MethodInfo)?.ReturnType ?? typeof(void)),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts)
            .Append(type) : [type.HasElementType ? type.GetElementType()! : type];
}
