using System.Globalization;

namespace DvdStore.Generation;

/// <summary>Puts an invented, unloadable line among a day's true rows.</summary>
internal sealed class MalformedRows(StoreRun run)
{
    // No true row gets near these ids: finding one in the warehouse means a malformed row was let in.
    private const int FirstId = 900_000_001;

    private const int Kinds = 7;

    public void Write(DayExport export)
    {
        if (!run.Schedule.MalformedDays.Contains(export.Day))
            return;
        int number = run.Facts.MalformedRows.Count;
        DateOnly today = run.Schedule.Date(export.Day);
        string id = (FirstId + number).ToString(CultureInfo.InvariantCulture);
        string time = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + " 12:00:00";
        string noSuchTime = today.Year.ToString("0000", CultureInfo.InvariantCulture) + "-02-30 10:00:00";

        (string table, string? column, MalformedReason reason, string text) = (number % Kinds) switch
        {
            0 => ("payment", "amount", MalformedReason.NotADecimal, $"{id},1,1,1,4.9x,{time}"),
            1 => ("rental", "rental_date", MalformedReason.NotATimestamp, $"{id},{noSuchTime},1,1,,1,{time}"),
            2 => ("payment", (string?)null, MalformedReason.FieldMissing, $"{id},1,1,2.99,{time}"),
            3 => ("rental", "rental_id", MalformedReason.KeyMissing, $",{time},1,1,,1,{time}"),
            4 => ("payment", "payment_date", MalformedReason.NotATimestamp, $"{id},1,1,1,2.99,{noSuchTime}"),
            5 => ("rental", null, MalformedReason.FieldMissing, $"{id},{time},1,1,1,{time}"),
            _ => ("payment", "payment_id", MalformedReason.KeyMissing, $",1,1,1,2.99,{time}"),
        };
        ExportFile file = export.Append(table);
        file.WriteLine(text);
        run.Facts.MalformedRows.Add(new MalformedRow(file.Path, file.Lines, column, reason, text));
    }
}
