using System.Collections;
using System.Text;
using System.Text.Json;
using Avro;
using Avro.Generic;

namespace Warehouse.Sdk.Avro;

/// <summary>One record of an Avro file.</summary>
internal sealed class AvroRecord(AvroPath[] paths) : ValueRecord
{
    public GenericRecord Current { get; set; } = null!;

    protected override object? Value(int field) => paths[field].In(Current) switch
    {
        AvroDecimal number => number.ToString(),
        GenericEnum symbol => symbol.Value,
        GenericFixed bytes => bytes.Value,
        byte[] bytes => bytes,
        string text => text,
        IDictionary or IList or GenericRecord => Json(paths[field].In(Current)),
        var value => value,
    };

    private static string Json(object? value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            AvroJson.Write(json, value);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
