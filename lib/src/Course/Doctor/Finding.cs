namespace Course;

/// <summary>How much a finding matters: fine, good to have, or needed.</summary>
internal enum Health { Fine, Optional, Missing }

/// <summary>One thing the doctor looked at.</summary>
/// <param name="Health">Whether it is there.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Found">What is there.</param>
/// <param name="Advice">What to do, or null.</param>
internal sealed record Finding(Health Health, string Subject, string Found, string? Advice = null);
