using System.CommandLine;
namespace Course;
internal static class ImagesCommand { public static Command Create() => new("images", "todo"); }
