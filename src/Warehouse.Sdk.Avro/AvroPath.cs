using System.Collections;
using Avro.Generic;

namespace Warehouse.Sdk.Avro;

/// <summary>Where a value stands in a record.</summary>
internal sealed class AvroPath(IReadOnlyList<PathStep> steps)
{
    public object? In(GenericRecord record)
    {
        object? at = record;
        foreach (PathStep step in steps)
        {
            at = at switch
            {
                GenericRecord inner => Field(inner, step.Name),
                IDictionary map when step.Index is null => map.Contains(step.Name) ? map[step.Name] : null,
                IList list when step.Index is { } index && index < list.Count => list[index],
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
