using System.Reflection;
using Plotly.NET;

// Plotly.NET carries the JavaScript it writes charts for. The build runs this once, so that every page can share one
// file of the matching version: dotnet TransformersFromScratch.Charts.dll <file to write>
if (args is not [string target])
{
    Console.Error.WriteLine("Name one file to write plotly.min.js to.");
    return 1;
}

Assembly plotly = typeof(GenericChart).Assembly;
string name = plotly.GetManifestResourceNames().Single(n => n.Contains("plotly-", StringComparison.Ordinal) && n.EndsWith(".min.js", StringComparison.Ordinal));
string unfinished = target + ".tmp";
using (Stream script = plotly.GetManifestResourceStream(name)!)
using (FileStream file = File.Create(unfinished))
    script.CopyTo(file);
File.Move(unfinished, target, overwrite: true);
return 0;
