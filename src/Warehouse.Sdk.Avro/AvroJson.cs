using System.Collections;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Avro;

/// <summary>Avro values as JSON: records and maps as objects, bytes in hexadecimal, times in ISO form.</summary>
internal static class AvroJson
{
    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case GenericRecord record:
                json.WriteStartObject();
                foreach (Field field in record.Schema.Fields)
                {
                    json.WritePropertyName(field.Name);
                    Write(json, record.GetValue(field.Pos));
                }

                json.WriteEndObject();
                break;
            case byte[] bytes:
                json.WriteStringValue(Convert.ToHexStringLower(bytes));
                break;
            case GenericFixed fixedBytes:
                json.WriteStringValue(Convert.ToHexStringLower(fixedBytes.Value));
                break;
            case IDictionary map:
                json.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                {
                    json.WritePropertyName((string)entry.Key);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case IList list:
                json.WriteStartArray();
                foreach (object? item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case AvroDecimal number:
                json.WriteRawValue(number.ToString());
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case GenericEnum symbol:
                json.WriteStringValue(symbol.Value);
                break;
            default:
                json.WriteStringValue(InvariantText.Of(value));
                break;
        }
    }
}
