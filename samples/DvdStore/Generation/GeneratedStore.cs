namespace DvdStore.Generation;

/// <summary>The written day folders, oldest first, and what a warehouse loaded from them must show.</summary>
internal sealed record GeneratedStore(IReadOnlyList<GeneratedDay> Days, InjectedFacts Injected);

/// <summary>One day of exports; <paramref name="Folder"/> is the full path of the day folder.</summary>
internal sealed record GeneratedDay(DateOnly Date, string Folder);
