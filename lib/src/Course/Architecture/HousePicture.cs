using System.Globalization;
using System.Text;

namespace Course;

/// <summary>A house in Markdown: its floors from the top to the ground, and what each folder uses.</summary>
internal static class HousePicture
{
    /// <param name="house">The project.</param>
    /// <param name="arrows">The arrows between its files.</param>
    public static string Of(House house, IReadOnlyList<Arrow> arrows)
    {
        // The rooms of a floor are equally wide, and the longest name still has a blank on either side and a wall.
        int width = house.Floors.Max(rooms => rooms.Count * (rooms.Max(room => room.Folder.Length) + 3)) + 1;
        var picture = new StringBuilder("```text\n");
        var rule = new string('─', width);
        for (int floor = house.Floors.Count - 1; floor >= 0; floor--)
        {
            IReadOnlyList<Room> rooms = house.Floors[floor];
            picture.Append(CultureInfo.InvariantCulture, $"   {rule}\n{floor,2} {Row(rooms, width)}\n");
        }

        picture.Append(CultureInfo.InvariantCulture, $"   {rule}\n```\n\n");
        picture.Append("| floor | folder | what it holds | it uses |\n|---|---|---|---|\n");
        for (int floor = house.Floors.Count - 1; floor >= 0; floor--)
        {
            foreach (Room room in house.Floors[floor])
            {
                picture.Append(CultureInfo.InvariantCulture,
                    $"| {floor} | {room.Folder} | {room.Holds} | {Used(house, room, arrows)} |\n");
            }
        }

        return picture.ToString();
    }

    /// <summary>The rooms of a floor, side by side, each as wide as the others.</summary>
    private static string Row(IReadOnlyList<Room> rooms, int width)
    {
        var row = new StringBuilder("│");
        for (int i = 0; i < rooms.Count; i++)
        {
            int begin = i * (width - 1) / rooms.Count, end = (i + 1) * (width - 1) / rooms.Count;
            row.Append((" " + rooms[i].Folder).PadRight(end - begin - 1)).Append('│');
        }

        return row.ToString();
    }

    /// <summary>From the ground, as the floors are.</summary>
    private static string Used(House house, Room room, IReadOnlyList<Arrow> arrows)
    {
        HashSet<string> used =
            [.. arrows.Where(arrow => arrow.FromFolder == room.Folder).Select(arrow => arrow.ToFolder)];
        string[] names = [.. house.Floors.SelectMany(rooms => rooms).Select(other => other.Folder)
            .Where(folder => folder != room.Folder && used.Contains(folder))];
        return names.Length == 0 ? "–" : string.Join(", ", names);
    }
}
