using System.Collections;
using System.Text;
using System.Text.Json;
using Avro;
using Avro.Generic;

namespace Warehouse.Sdk.Avro;

/// <summary>One record of an Avro file.</summary>
internal sealed class AvroRecord(AvroPath[] paths) : ValueRecord
{
    private int _lastField = -1;
    private object? _lastValue;

    public GenericRecord Current
    {
        get;
        set => (field, _lastField) = (value, -1);
    }
        = null!;

    public override bool IsNull(int field) => At(field) is null;

    protected override object? Value(int field) => At(field) switch
    {
        AvroDecimal number => number.ToString(),
        GenericEnum symbol => symbol.Value,
        GenericFixed bytes => bytes.Value,
        byte[] bytes => bytes,
        string text => text,
        var value and (IDictionary or IList or GenericRecord) => Json(value),
        var value => value,
    };

    // Whether it is null is asked right before the value itself.
    private object? At(int field)
    {
        if (field != _lastField)
            (_lastField, _lastValue) = (field, paths[field].In(Current));
        return _lastValue;
    }

    private static string Json(object? value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            AvroJson.Write(json, value);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
