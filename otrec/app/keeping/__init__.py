"""What a person keeps, page by page: bags, favourites, activities, notes, people, and all of it to take along."""
