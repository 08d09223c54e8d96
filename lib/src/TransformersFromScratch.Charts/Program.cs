using System.Reflection;
using Plotly.NET;
using Shared;

// Plotly.NET carries the JavaScript it writes charts for. The build runs this once, so that every page can share one
// file of the matching version: dotnet TransformersFromScratch.Charts.dll <file to write>
if (args is not [string target])
{
    Console.Error.WriteLine("Name one file to write plotly.min.js to.");
    return 1;
}

Assembly plotly = typeof(GenericChart).Assembly;
string name = plotly.GetManifestResourceNames()
    .Single(n => n.Contains("plotly-", StringComparison.Ordinal) && n.EndsWith(".min.js", StringComparison.Ordinal));
using Stream script = plotly.GetManifestResourceStream(name)!;
WholeFile.Write(target, script.CopyTo);
return 0;
