using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>The statements of the ledger.</summary>
public interface ILedgerSql
{
    /// <summary>Takes the next load number: <c>load_id</c>.</summary>
    SqlStatement NextLoadId { get; }

    /// <summary>Finds the load of <c>$batch_id</c> into <c>$target</c>: <c>load_id</c>.</summary>
    SqlStatement FindBatch { get; }

    /// <summary>Finds what was last loaded into <c>$target</c> from <c>$path</c>: <c>load_id, length, sha256, as_of</c>.</summary>
    SqlStatement FindFile { get; }

    /// <summary>Finds what was last loaded into <c>$target</c> from each path that begins with <c>$path</c>: <c>path, load_id, length, sha256, as_of</c>.</summary>
    SqlStatement FindFiles { get; }

    /// <summary>Gives rejected rows of the load <c>$load_id</c> whose lines carry the number of their file its path and their own line.</summary>
    SqlStatement PlaceRejects { get; }

    /// <summary>Marks the rejected rows of <c>$target</c>, and of the load <c>$of_load</c> if that is not NULL, as replayed by <c>$load_id</c>, and numbers them.</summary>
    SqlStatement ClaimRejects { get; }

    /// <summary>Reads the next thousand rows marked by <c>$load_id</c> after the number <c>$after_line</c>: <c>replay_line, file, line, raw_row, raw_header</c>.</summary>
    SqlStatement ReadClaimed { get; }

    /// <summary>Gives rows that the load <c>$load_id</c> has rejected again the file and line they came from.</summary>
    SqlStatement PlaceReplayed { get; }

    /// <summary>Finds the load <c>$load_id</c>: <c>load_id</c>.</summary>
    SqlStatement FindLoad { get; }

    /// <summary>Records the load.</summary>
    SqlStatement RecordLoad { get; }

    /// <summary>Records the file of the load.</summary>
    SqlStatement RecordFile { get; }

    /// <summary>Reads the watermark of <c>$target</c> in <c>$column_name</c>: <c>value</c>.</summary>
    SqlStatement ReadWatermark { get; }

    /// <summary>Reads the watermarks of <c>$target</c> whose column begins with <c>$column_name</c>: <c>column_name, value</c>.</summary>
    SqlStatement ReadSnapshots { get; }

    /// <summary>Reads the stretches of <c>$column_name</c> that were loaded into <c>$target</c>: <c>load_id, lower_bound, upper_bound, is_backfill</c>.</summary>
    SqlStatement ReadIntervals { get; }

    /// <summary>Moves the watermark of <c>$target</c> in <c>$column_name</c> to <c>$value</c>.</summary>
    SqlStatement MoveWatermark { get; }

    /// <summary>Reads the first rejected rows of the load <c>$load_id</c>: <c>file, line, column_name, reason</c>.</summary>
    SqlStatement FirstRejects { get; }

    /// <summary>Records a deployed model.</summary>
    SqlStatement RecordModel { get; }
}
