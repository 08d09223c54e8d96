namespace TransformersFromScratch;

/// <summary>
/// The stories to begin with: no sentence is outdated, and no question can be guessed better than by choosing among
/// all sentences of its sort. (In other stories often one person alone has taken something, and "who has the ball?" is
/// answered without looking for the ball.)
/// </summary>
internal static class StoryLesson
{
    /// <summary>
    /// For one fact, all people of the story go somewhere, each to a place of their own, or all take something, each a
    /// thing of their own. For two facts, they meet in pairs; or half as many people each go somewhere and take
    /// something.
    /// </summary>
    /// <param name="world">Where it happens; empty.</param>
    /// <param name="facts">1 or 2.</param>
    /// <param name="people">As many as the story has sentences.</param>
    /// <param name="places">As many.</param>
    /// <param name="things">As many.</param>
    /// <param name="random">Chooses what is told, and the order of it.</param>
    public static void Tell(
        StoryWorld world, int facts, string[] people, string[] places, string[] things, Random random)
    {
        int length = people.Length;
        bool walks = random.Next(2) == 0;
        people = facts == 2 && !walks ? people[..((length + 1) / 2)] : people;
        things = walks ? [] : things[..(length / facts)];
        places = !walks && facts == 1 ? [] : places[..people.Length];
        int meeting = facts == 2 && walks ? 2 : 1;
        Action[] happens =
        [
            .. places.Select((_, i) => (Action)(() => Stories.Walk(world, people[i], places[i / meeting], random))),
            .. things.Select((thing, i) => (Action)(() => Stories.Take(world, people[i], thing, random))),
        ];
        random.Shuffle(happens);
        Array.ForEach(happens, happen => happen());
    }
}
