namespace Warehouse.Sdk;

/// <summary>Counts what was to be deleted and remembers the first of what was not.</summary>
internal sealed class StageDeletions
{
    private const int Remembered = 100;

    private readonly List<UndeletedFile> _undeleted = [];
    private long _failed;

    public long Count { get; set; }

    public void Failed(UndeletedFile file)
    {
        _failed++;
        if (_undeleted.Count < Remembered)
            _undeleted.Add(file);
    }

    /// <summary>Returns how many paths were given.</summary>
    /// <exception cref="WarehouseStageException">Some could not be deleted.</exception>
    public long Complete(string location)
    {
        if (_failed == 0)
            return Count;
        UndeletedFile first = _undeleted[0];
        throw new WarehouseStageException(first.Failure, FormattableString.Invariant($"{_failed} of {Count} files could not be deleted from the stage '{location}'; the first is '{first.Path}': {first.Reason.TrimEnd('.')}. All others are deleted. Delete them again when that is mended; the exception's Undeleted names them."))
        {
            Target = location,
            Path = first.Path,
            Undeleted = _undeleted,
        };
    }
}
