namespace TransformersFromScratch;

// A formula is what happens to one number of a row, written once for any T: Rows applies it to whole registers and to
// the single floats at the end. It is a structure, so that the compiler makes a loop of its own for each formula.

/// <summary>y = f(x).</summary>
internal interface IFormula1
{
    /// <summary>y.</summary>
    T Of<T>(T x) where T : struct, IFloats<T>;
}

/// <summary>A number made of the two at the same place of two rows.</summary>
internal interface IFormula2
{
    /// <summary>y.</summary>
    T Of<T>(T x1, T x2) where T : struct, IFloats<T>;
}

/// <summary>A number made of the three at the same place of three rows.</summary>
internal interface IFormula3
{
    /// <summary>y.</summary>
    T Of<T>(T x1, T x2, T x3) where T : struct, IFloats<T>;
}

/// <summary>A step of several rows at once: numbers at the same place change by one another.</summary>
internal interface IUpdate
{
    /// <summary>Changes the three by x.</summary>
    void Of<T>(T x, ref T y1, ref T y2, ref T y3) where T : struct, IFloats<T>;
}

/// <summary>What one number adds to a sum over a row.</summary>
internal interface ITerm1
{
    /// <summary>The sum with it.</summary>
    T Add<T>(T sum, T x) where T : struct, IFloats<T>;
}

/// <summary>What two numbers at the same place of two rows add to a sum.</summary>
internal interface ITerm2
{
    /// <summary>The sum with them.</summary>
    T Add<T>(T sum, T x1, T x2) where T : struct, IFloats<T>;
}

/// <summary>What three numbers at the same place of three rows add to two sums.</summary>
internal interface ITerms3
{
    /// <summary>Adds to both.</summary>
    void Add<T>(ref T sum1, ref T sum2, T x1, T x2, T x3) where T : struct, IFloats<T>;
}
