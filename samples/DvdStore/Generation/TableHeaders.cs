namespace DvdStore.Generation;

/// <summary>Columns of the fifteen Sakila tables, in file order.</summary>
internal static class TableHeaders
{
    public static string Of(string table) => table switch
    {
        "actor" => "actor_id,first_name,last_name,last_update",
        "address" => "address_id,address,address2,district,city_id,postal_code,phone,last_update",
        "category" => "category_id,name,last_update",
        "city" => "city_id,city,country_id,last_update",
        "country" => "country_id,country,last_update",
        "customer" => "customer_id,store_id,first_name,last_name,email,address_id,create_date,last_update,active",
        "film" => "film_id,title,description,release_year,language_id,original_language_id,rental_duration,rental_rate,"
            + "length,replacement_cost,rating,last_update,special_features",
        "film_actor" => "actor_id,film_id,last_update",
        "film_category" => "film_id,category_id,last_update",
        "inventory" => "inventory_id,film_id,store_id,last_update",
        "language" => "language_id,name,last_update",
        "payment" => "payment_id,customer_id,staff_id,rental_id,amount,payment_date",
        "rental" => "rental_id,rental_date,inventory_id,customer_id,return_date,staff_id,last_update",
        "staff" => "staff_id,first_name,last_name,address_id,email,store_id,active,username,last_update",
        "store" => "store_id,manager_staff_id,address_id,last_update",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "Not one of the fifteen Sakila tables."),
    };
}
