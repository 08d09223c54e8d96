using System.Reflection;

namespace Notebooks;

/// <summary>
/// A chart of Plotly.NET, which a cell has brought. It is known by the names of its type and of one method, so that
/// neither Plotly.NET nor F# is needed here.
/// </summary>
internal static class ForeignChart
{
    private const string TypeName = "Plotly.NET.GenericChart";

    /// <summary>Plotly's data, layout and config as JSON, if the value is such a chart; else null.</summary>
    public static string? JsonOf(object value)
    {
        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
        {
            if (type.FullName?.StartsWith(TypeName, StringComparison.Ordinal) != true) { continue; }

            // In version 6 a method of the type itself, before of the module around it.
            foreach (Type? holder in new[] { type, type.DeclaringType })
            {
                MethodInfo? method = holder?.GetMethods(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(
                    found => found is { Name: "toJson", ReturnType.Name: "String" }
                        && found.GetParameters() is [var only] && only.ParameterType.IsInstanceOfType(value));
                if (method is not null) { return (string?)method.Invoke(null, [value]); }
            }
        }

        return null;
    }

    /// <summary>The chart where nothing draws it: as JSON, for front ends that know that, and a sentence.</summary>
    public static MimeBundle Undrawn(string json) => new(
        ("application/vnd.plotly.v1+json", json),
        ("text/plain", "A chart of Plotly.NET. This front end does not draw it."));
}
