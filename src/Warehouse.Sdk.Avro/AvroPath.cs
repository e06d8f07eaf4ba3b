using System.Collections;
using System.Globalization;
using Avro.Generic;

namespace Warehouse.Sdk.Avro;

/// <summary>Where a value stands in a record.</summary>
internal sealed class AvroPath
{
    private readonly string[] _steps;

    public AvroPath(string path)
        => _steps = (path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path).Replace("[", ".[", StringComparison.Ordinal).Split('.');

    /// <summary>The field at the top.</summary>
    public string First => _steps[0];

    public object? In(GenericRecord record)
    {
        object? at = record;
        foreach (string step in _steps)
        {
            at = at switch
            {
                GenericRecord inner => Field(inner, step),
                IDictionary map => map.Contains(step) ? map[step] : null,
                IList list when step[0] == '[' => int.Parse(step.AsSpan(1, step.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture) is var index && index < list.Count ? list[index] : null,
                _ => null,
            };
        }

        return at;
    }

    private static object? Field(GenericRecord record, string name)
    {
        if (record.TryGetValue(name, out object exact))
            return exact;
        string? otherCase = record.Schema.Fields.Find(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;
        return otherCase is not null && record.TryGetValue(otherCase, out object value) ? value : null;
    }
}
