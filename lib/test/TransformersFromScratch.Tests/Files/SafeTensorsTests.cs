using System.Buffers.Binary;
using System.Text;

namespace TransformersFromScratch.Tests.Files;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File(string name = "file.safetensors") => Path.Combine(_folder, name);

    /// <summary>A file written by hand, as the format's description says.</summary>
    private string Written(string header, byte[] data, long? headerLength = null)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, headerLength ?? text.Length);
        System.IO.File.WriteAllBytes(File(), [.. length, .. text, .. data]);
        return File();
    }

    [Fact]
    public void What_is_saved_is_loaded()
    {
        Tensor matrix = new([1.5f, -2, float.NaN, float.NegativeInfinity, 0, 1e-45f], 2, 3), scalar = new([7f]);
        SafeTensors.Save(
            File(), [new("a.weight", matrix), new("é", scalar)],
            new Dictionary<string, string> { ["who"] = "\"us\"\n" });
        SafeTensors file = SafeTensors.Load(File());
        Assert.Equal(
            matrix.Data.Select(BitConverter.SingleToInt32Bits),
            file.Tensors["a.weight"].Data.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([2, 3], file.Tensors["a.weight"].Shape.ToArray());
        Assert.Equal(0, file.Tensors["é"].Shape.Length);
        Assert.Equal("\"us\"\n", file.Metadata["who"]);
        Assert.Equal([File()], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Files_of_other_writers_and_types_are_read()
    {
        SafeTensors file = SafeTensors.Load(Written(
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},"__metadata__":{"format":"pt"}""" +
            """,  "b":{"dtype":"BF16","shape":[2,1],"data_offsets":[4,8]}""" +
            """,  "f":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   """,
            [0, 0, 0xC0, 0x3F, 0x80, 0x3F, 0x20, 0xC0, 0x00, 0x3C, 0x00, 0xB8]));
        Assert.Equal([1.5f], file.Tensors["f"].Data);
        Assert.Equal([1f, -2.5f], file.Tensors["b"].Data);
        Assert.Equal([1f, -0.5f], file.Tensors["h"].Data);
    }

    [Fact]
    public void Tensors_of_other_types_and_without_numbers_are_skipped_and_the_rest_is_read()
    {
        SafeTensors file = SafeTensors.Load(Written(
            """
            {"ids":{"dtype":"I64","shape":[1,2],"data_offsets":[0,16]},
            "none":{"dtype":"F32","shape":[3,0],"data_offsets":[16,16]},
            "w":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},
            "mask":{"dtype":"BOOL","shape":[3],"data_offsets":[20,23]},
            "four":{"dtype":"F4","shape":[3],"data_offsets":[23,25]},
            "new":{"dtype":"F3_E1","shape":[9],"data_offsets":[25,26]},
            "scalar":{"dtype":"BF16","shape":[],"data_offsets":[26,28]},
            "last":{"dtype":"F16","shape":[0],"data_offsets":[28,28]}}
            """,
            [.. new byte[16], 0, 0, 0x20, 0x40, 1, 0, 1, 0x12, 3, 7, 0x80, 0x3F]));
        Assert.Equal(["scalar", "w"], file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([2.5f], file["w"].Data);
        Assert.Equal(1, file["scalar"].Scalar);
        Assert.Equal(["four", "ids", "last", "mask", "new", "none"], file.Skipped.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(
            "type I64", Assert.Throws<InvalidDataException>(() => file["ids"]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "[3, 0] holds no number",
            Assert.Throws<InvalidDataException>(() => file.CopyTo([new("none", new Tensor(1))])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no tensor 'x'", Assert.Throws<InvalidDataException>(() => file["x"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_message_quotes_is_short_and_moves_no_cursor()
    {
        string name = "\u001B[31m" + new string('n', 5_000_000),
            entry = "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,7]}";
        string json = System.Text.Json.JsonSerializer.Serialize(name);
        string manyLengths = string.Join(',', Enumerable.Repeat("9223372036854775807", 30));
        string[] headers =
        [
            $"{{{json}:{entry}}}", $"{{{json}:5}}", $"{{\"a\":{{{json}:5}}}}", $"{{\"__metadata__\":{{{json}:5}}}}",
            $"{{{json}:{{\"dtype\":{json},\"shape\":[1],\"data_offsets\":[0,9]}}}}",
            $"{{\"a\":{{\"dtype\":\"F32\",\"shape\":[{manyLengths}],\"data_offsets\":[0,8]}}}}",
        ];
        foreach (string header in headers)
        {
            string message = Assert.Throws<InvalidDataException>(
                () => SafeTensors.Load(Written(header, new byte[8]))).Message;
            Assert.InRange(message.Length, 50, 600);
            Assert.DoesNotContain(message, char.IsControl);
        }

        SafeTensors.Save(File(), [new(name, new Tensor(2))]);
        SafeTensors file = SafeTensors.Load(File());
        Assert.InRange(
            Assert.Throws<InvalidDataException>(() => file.CopyTo([new("w", new Tensor(2))])).Message.Length, 50, 400);
        Assert.InRange(
            Assert.Throws<InvalidDataException>(() => file.CopyTo([new(name, new Tensor(3))])).Message.Length, 50, 400);
        Assert.InRange(
            Assert.Throws<ArgumentException>(
                () => SafeTensors.Save(File(), [new(name, new Tensor(2)), new(name, new Tensor(2))])).Message.Length,
                    50, 400);
    }

    [Fact]
    public void A_header_of_millions_of_empty_tensors_is_refused_before_it_fills_the_memory()
    {
        var header = new StringBuilder("{");
        for (int i = 0; header.Length < 20_000_000; i++)
        {
            header.Append($"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}},");
        }

        string path = Written(header.Append('}').ToString(), []);
        header.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "more than 100000 tensors", Assert.Throws<InvalidDataException>(() => SafeTensors.Load(path)).Message,
            StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public void Many_writers_of_one_path_all_succeed_and_the_last_is_whole()
    {
        Parallel.For(
            0, 60, i => SafeTensors.Save(File(), [new("a", new Tensor([.. Enumerable.Repeat((float)i, 5000)], 5000))]));
        Assert.Single(SafeTensors.Load(File())["a"].Data.Distinct());
        Assert.Equal([File()], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("[]", "JSON")]
    [InlineData("{\"a\":5}", "JSON")]
    [InlineData("{\"__metadata__\":5}", "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", "two offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}", "cannot lie")]
    [InlineData("{\"a\":{\"dtype\":\"I64\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
        "no file can hold")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,8]}}", "cannot lie")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807,9223372036854775807],\"data_offsets\":" +
        "[4,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "begins at byte 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"shape\":[2]}}", "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} {}", "JSON")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\ud800\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2000000000,2000000000],\"data_offsets\":[0,8]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999],\"data_offsets\":[0,8]}}", "cannot lie")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", "cannot lie")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", "whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "only 8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[500000000],\"data_offsets\":[0,2000000000]}}", "only 8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "fill 4 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "begins at byte 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}," +
        "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "begins at byte 0")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}," +
        "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "JSON")]
    public void A_header_that_contradicts_itself_is_an_error(string header, string says)
    {
        string message = Assert.Throws<InvalidDataException>(
            () => SafeTensors.Load(Written(header, new byte[8]))).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(File(), message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(99_999_999)]
    [InlineData(200_000_000)]
    public void A_header_that_claims_to_be_huge_is_an_error_and_asks_for_no_memory(long length)
    {
        string path = Written("{}", [], length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafeTensors.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_an_error()
    {
        SafeTensors.Save(File("whole"), [new("a", new Tensor(3, 2)), new("b", new Tensor(2))]);
        byte[] whole = System.IO.File.ReadAllBytes(File("whole"));
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File(), whole[..length]);
            Assert.Throws<InvalidDataException>(() => SafeTensors.Load(File()));
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused_but_never_crashes()
    {
        SafeTensors.Save(
            File("whole"), [new("a", new Tensor(3, 2)), new("b", new Tensor(2))],
            new Dictionary<string, string> { ["k"] = "v" });
        byte[] whole = System.IO.File.ReadAllBytes(File("whole"));
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. whole];
            changed[random.Next(whole.Length - 32)] = (byte)random.Next(256);
            System.IO.File.WriteAllBytes(File(), changed);
            try
            {
                SafeTensors.Load(File());
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void A_model_of_another_size_is_refused_whole()
    {
        var saved = new Linear(3, 2, new Random(1));
        SafeTensors.Save(File(), saved.Parameters("l"));
        SafeTensors file = SafeTensors.Load(File());
        Parameter[] larger = [new("l.weight", new Tensor(2, 3)), new("l.bias", new Tensor(3))];
        string message = Assert.Throws<InvalidDataException>(() => file.CopyTo(larger)).Message;
        Assert.Contains("[2]", message, StringComparison.Ordinal);
        Assert.Contains("[3]", message, StringComparison.Ordinal);
        Assert.All(larger[0].Value.Data, value => Assert.Equal(0, value)); // Not half a model.
        Assert.Contains(
            "'m.weight'", Assert.Throws<InvalidDataException>(() => file.CopyTo(saved.Parameters("m"))).Message,
            StringComparison.Ordinal);

        var same = new Linear(3, 2, new Random(2));
        file.CopyTo(same.Parameters("l"));
        Assert.Equal(saved.Weight.Data, same.Weight.Data);
    }

    [Fact]
    public void Halves_take_half_the_space_and_keep_eleven_binary_digits()
    {
        var random = new Random(1);
        float[] numbers =
            [.. Enumerable.Range(0, 4000).Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(10, i % 8 - 3)))];
        numbers[0] = 65504;
        (numbers[1], numbers[2], numbers[3]) = (float.NaN, float.NegativeInfinity, 0);
        SafeTensors.Save(File(), [new("a", new Tensor(numbers, 40, 100))], half: true);
        SafeTensors.Save(File("whole"), [new("a", new Tensor(numbers, 40, 100))]);
        Assert.InRange(new FileInfo(File("whole")).Length - new FileInfo(File()).Length, 8000 - 16, 8000 + 16);

        Tensor read = SafeTensors.Load(File()).Tensors["a"];
        Assert.Equal([40, 100], read.Shape.ToArray());
        Assert.Equal([65504, float.NaN, float.NegativeInfinity, 0], read.Data[..4]);
        foreach (var (before, after) in numbers.Zip(read.Data).Skip(4))
        {
            Assert.InRange(Math.Abs(after - before), 0, Math.Max(Math.Abs(before) / 2048, MathF.ScaleB(1, -25)));
        }
    }

    [Fact]
    public void What_float16_cannot_hold_is_named_and_nothing_is_written()
    {
        string message = Assert.Throws<ArgumentException>(
            () => SafeTensors.Save(File(), [new("layer.w", new Tensor([1, -70000], 2))], half: true)).Message;
        Assert.Contains("'layer.w' holds -70000", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Whoever_fails_to_write_leaves_the_old_file()
    {
        SafeTensors.Save(File(), [new("a", new Tensor([1], 1))]);
        Tensor ended;
        var workspace = new Workspace();
        using (workspace.BeginStep()) { ended = new Tensor(1) { RequiresGradient = true } * 2; }
        Assert.Throws<InvalidOperationException>(
            () => SafeTensors.Save(File(), [new("a", new Tensor([2], 1)), new("b", ended)]));
        Assert.Throws<ArgumentException>(
            () => SafeTensors.Save(File(), [new("a", new Tensor(1)), new("a", new Tensor(1))]));
        Assert.Equal([1f], SafeTensors.Load(File()).Tensors["a"].Data);
        Assert.Equal([File()], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_larger_than_the_window_that_goes_over_it_is_read_whole(bool half)
    {
        int count = half ? 36_000_000 : 18_000_000; // 72 MB; the window has 64.
        var large = new Tensor(count);
        for (int i = 0; i < count; i++)
        {
            large.Data[i] = i % 2048;
        }

        SafeTensors.Save(File(), [new("large", large), new("small", new Tensor([1, 2, 3], 3))], half: half);
        SafeTensors file = SafeTensors.Load(File());
        Assert.True(large.Data.AsSpan().SequenceEqual(file["large"].Data));
        Assert.Equal([1, 2, 3], file["small"].Data);
    }
}
