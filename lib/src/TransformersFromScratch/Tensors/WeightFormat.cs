namespace TransformersFromScratch;

/// <summary>How the numbers of a weight lie in memory. Computed with, all become float32.</summary>
public enum WeightFormat
{
    /// <summary>4 bytes: 1 bit of sign, 8 of exponent, 23 of fraction. What training needs.</summary>
    Float32,

    /// <summary>2 bytes: 1 + 5 + 10 bits. About 3 decimal digits; 65,504 is the largest number.</summary>
    Float16,

    /// <summary>2 bytes: the upper half of a float32, 1 + 8 + 7 bits. Its range, with 2 decimal digits.</summary>
    BFloat16,

    /// <summary>1 byte: a whole number from -127 to 127, times a scale that a row has in common.</summary>
    Int8,
}
